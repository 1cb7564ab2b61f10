import { ContentVersion } from '@cache-handshake/next/content-version';
import { notFound } from 'next/navigation';
import { getPost, getPosts } from '../../../lib/content';

export const revalidate = false;

export async function generateStaticParams() {
  return (await getPosts()).map(({ slug }) => ({ slug }));
}

export default async function PostPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const post = (await getPost(slug, { next: { tags: [`post:${slug}`] } })) ?? notFound();
  return (
    <>
      <ContentVersion type="post" slug={post.slug} version={post.version} />
      <h1>{post.title}</h1>
    </>
  );
}
