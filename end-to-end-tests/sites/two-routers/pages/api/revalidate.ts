import { createRevalidateApiHandler } from '@cache-handshake/next/pages';

export const config = { api: { bodyParser: false } };

export default createRevalidateApiHandler({
  pathsOfTag: (tag) => (tag.startsWith('post:') ? [`/blog/${tag.slice('post:'.length)}`] : tag === 'posts' ? ['/blog'] : []),
});
