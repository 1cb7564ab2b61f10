import { ContentVersion } from '@cache-handshake/next/content-version';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { MadeAt } from '@/components/made-at';
import { Moment } from '@/components/moment';
import { Page } from '@/components/page';
import { PostFacts } from '@/components/post-list';
import { Prose } from '@/components/prose';
import { getPost, getPosts, type Post } from '@/lib/content';
import { categoryPath } from '@/lib/text';

/** A page is kept until it is revalidated. One for a post that is newer than the build is made when it is first asked for. */
export const revalidate = false;
export const dynamicParams = true;

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateStaticParams() {
  return (await getPosts()).map(({ slug }) => ({ slug }));
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const post = await find(params);
  return { title: post.title, description: post.excerpt };
}

export default async function PostPage({ params }: Props) {
  const post = await find(params);
  return (
    <Page
      current={categoryPath(post.category)}
      colophon={
        <>
          <span className="colophon-version">{`version ${post.version}`}</span>, updated <Moment at={post.updatedAt} />, page made at{' '}
          <MadeAt />
        </>
      }
    >
      <article className="post">
        <ContentVersion type="post" slug={post.slug} version={post.version} />
        <header className="post-head">
          <h1>{post.title}</h1>
          {post.excerpt && <p className="post-excerpt">{post.excerpt}</p>}
          <PostFacts post={post} />
        </header>
        <Prose markdown={post.body} />
      </article>
    </Page>
  );
}

async function find(params: Props['params']): Promise<Post> {
  const { slug } = await params;
  return (await getPost(decodeURIComponent(slug))) ?? notFound();
}
