import { ContentVersion } from '@cache-handshake/next/content-version';
import type { PostSummary } from '@/lib/content';
import { categoryPath, postPath, toTitle } from '@/lib/text';
import { Day } from './moment';

export function PostList({ posts, headings: Heading = 'h2' }: { posts: PostSummary[]; headings?: 'h2' | 'h3' }) {
  return (
    <ol className="posts">
      {posts.map((post) => (
        <li key={post.slug}>
          <article className="entry">
            <ContentVersion type="post" slug={post.slug} version={post.version} />
            <div className="entry-text">
              <Heading className="entry-title">
                <a href={postPath(post.slug)}>{post.title}</a>
              </Heading>
              {post.excerpt && <p className="entry-excerpt">{post.excerpt}</p>}
            </div>
            <PostFacts post={post} />
            <Edition version={post.version} />
          </article>
        </li>
      ))}
    </ol>
  );
}

export function PostFacts({ post }: { post: PostSummary }) {
  return (
    <ul className="facts">
      <li className="facts-category">
        <a href={categoryPath(post.category)}>{toTitle(post.category)}</a>
      </li>
      <li>
        <Day at={post.publishedAt} />
      </li>
      <li>{`${post.readingMinutes} min read`}</li>
    </ul>
  );
}

export function Edition({ version }: { version: number }) {
  return (
    <p className="edition">
      <span className="edition-label">version</span> <span className="edition-number">{version}</span>
    </p>
  );
}
