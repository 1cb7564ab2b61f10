import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContentApi } from './content-api.mjs';
import { openPosts } from './posts.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const port = Number(process.env.CONTENT_API_PORT || 3001);
const file = path.resolve(process.env.CONTENT_API_FILE || path.join(here, '..', '.data', 'posts.json'));

const posts = openPosts({ file, seedDirectory: path.join(here, 'seed') });
const server = createContentApi({ posts, testing: process.env.CONTENT_API_TEST === '1' });

server.on('error', (error) => {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${port} is taken. Choose another one with CONTENT_API_PORT.`
      : `The content API cannot start: ${error.message}`,
  );
  process.exit(1);
});
server.listen(port, process.env.CONTENT_API_HOST || '127.0.0.1', () => {
  console.log(`content API ready on http://127.0.0.1:${server.address().port}, posts in ${file}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
