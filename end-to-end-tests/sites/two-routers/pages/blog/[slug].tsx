import { ContentVersion } from '@cache-handshake/next/content-version';
import type { GetStaticPaths, GetStaticProps } from 'next';
import Head from 'next/head';
import { getPost, getPosts, type Post } from '../../lib/content';

export const getStaticPaths: GetStaticPaths = async () => ({
  paths: (await getPosts()).map(({ slug }) => ({ params: { slug } })),
  fallback: 'blocking',
});

export const getStaticProps: GetStaticProps<{ post: Post }, { slug: string }> = async ({ params }) => {
  const post = await getPost(params?.slug ?? '');
  return post ? { props: { post } } : { notFound: true };
};

export default function PostPage({ post }: { post: Post }) {
  return (
    <>
      <Head>{ContentVersion({ type: 'post', slug: post.slug, version: post.version })}</Head>
      <h1>{post.title}</h1>
    </>
  );
}
