import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { MadeAt } from '@/components/made-at';
import { Page } from '@/components/page';
import { PostList } from '@/components/post-list';
import { getCategories, getPostsOfCategory } from '@/lib/content';
import { categoryPath, toTitle } from '@/lib/text';

export const revalidate = false;
export const dynamicParams = true;

interface Props {
  params: Promise<{ name: string }>;
}

const about: Record<string, string | undefined> = {
  caching: 'Keeping copies, and knowing which of them are still true.',
  craft: 'Small habits that make software kinder to the people near it.',
  publishing: 'What happens between a button and a reader.',
};

export async function generateStaticParams() {
  return (await getCategories()).map(({ name }) => ({ name }));
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const name = await nameOf(params);
  return { title: toTitle(name), description: about[name] };
}

export default async function CategoryPage({ params }: Props) {
  const name = await nameOf(params);
  const posts = await getPostsOfCategory(name);
  if (posts.length === 0) notFound();
  return (
    <Page current={categoryPath(name)} colophon={<>This page was made at <MadeAt />.</>}>
      <header className="list-head">
        <h1>{toTitle(name)}</h1>
        {about[name] && <p>{about[name]}</p>}
      </header>
      <PostList posts={posts} />
    </Page>
  );
}

async function nameOf(params: Props['params']): Promise<string> {
  return decodeURIComponent((await params).name);
}
