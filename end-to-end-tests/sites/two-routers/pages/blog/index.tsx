import { ContentVersion } from '@cache-handshake/next/content-version';
import type { GetStaticProps } from 'next';
import Head from 'next/head';
import { Fragment } from 'react';
import { getPosts, type Post } from '../../lib/content';

export const getStaticProps: GetStaticProps<{ posts: Post[] }> = async () => ({ props: { posts: await getPosts() } });

export default function ListPage({ posts }: { posts: Post[] }) {
  return posts.map((post) => (
    <Fragment key={post.slug}>
      <Head>{ContentVersion({ type: 'post', slug: post.slug, version: post.version })}</Head>
      <h2>{post.title}</h2>
    </Fragment>
  ));
}
