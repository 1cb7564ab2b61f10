import { ContentVersion } from '@cache-handshake/next/content-version';
import { MadeAt } from '@/components/made-at';
import { Page } from '@/components/page';
import { Edition, PostFacts, PostList } from '@/components/post-list';
import { getPosts } from '@/lib/content';
import { postPath } from '@/lib/text';

export const revalidate = false;

export default async function HomePage() {
  const [lead, ...others] = await getPosts();
  return (
    <Page front colophon={<>This page was made at <MadeAt />.</>}>
      {lead ? (
        <article className="lead">
          <ContentVersion type="post" slug={lead.slug} version={lead.version} />
          <div className="lead-text">
            <h2 className="lead-title">
              <a href={postPath(lead.slug)}>{lead.title}</a>
            </h2>
            {lead.excerpt && <p className="lead-excerpt">{lead.excerpt}</p>}
            <PostFacts post={lead} />
          </div>
          <Edition version={lead.version} />
        </article>
      ) : (
        <p className="empty">Nothing has been published yet.</p>
      )}
      {others.length > 0 && (
        <section aria-labelledby="earlier">
          <h2 id="earlier" className="section-title">
            Earlier
          </h2>
          <PostList posts={others} headings="h3" />
        </section>
      )}
    </Page>
  );
}
