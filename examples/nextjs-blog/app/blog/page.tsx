import type { Metadata } from 'next';
import { MadeAt } from '@/components/made-at';
import { Page } from '@/components/page';
import { PostList } from '@/components/post-list';
import { getPosts } from '@/lib/content';

export const revalidate = false;

export const metadata: Metadata = { title: 'All posts' };

export default async function BlogPage() {
  const posts = await getPosts();
  return (
    <Page current="/blog" colophon={<>This page was made at <MadeAt />.</>}>
      <header className="list-head">
        <h1>All posts</h1>
        <p>Newest first. The number at each of them counts its editions.</p>
      </header>
      <PostList posts={posts} />
    </Page>
  );
}
