import { ContentVersion } from '@cache-handshake/next/content-version';
import { Fragment } from 'react';
import { getPosts } from '../../lib/content';

export const revalidate = false;

export default async function ListPage() {
  const posts = await getPosts({ next: { tags: ['posts'] } });
  return posts.map((post) => (
    <Fragment key={post.slug}>
      <ContentVersion type="post" slug={post.slug} version={post.version} />
      <h2>{post.title}</h2>
    </Fragment>
  ));
}
