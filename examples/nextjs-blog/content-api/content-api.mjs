import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused } from './posts.mjs';

const MAX_BODY = 256 * 1024;

/** The HTTP server of the posts. `testing` adds the switches under /_test; `wait` is how a delay passes. */
export function createContentApi({ posts, testing = false, wait = sleep }) {
  const faults = { delay: 0, failing: false };
  let reads = 0;

  const routes = [
    ['GET', /^\/health$/, () => ({ status: 'up' })],
    ['GET', /^\/posts$/, ({ query }) => posts.list(query.get('category'))],
    ['GET', /^\/posts\/([^/]+)$/, ({ slug }) => posts.get(slug)],
    ['GET', /^\/categories$/, () => posts.categories()],
    ['PUT', /^\/posts\/([^/]+)$/, ({ slug, body }) => posts.put(slug, body)],
    ['POST', /^\/posts\/([^/]+)\/edit$/, ({ slug }) => posts.edit(slug)],
    ['DELETE', /^\/posts\/([^/]+)$/, ({ slug }) => posts.unpublish(slug)],
  ];
  const testRoutes = [
    ['POST', /^\/_test\/delay$/, ({ body }) => ({ delay: (faults.delay = milliseconds(body.ms)) })],
    ['POST', /^\/_test\/fail$/, ({ body }) => ({ failing: (faults.failing = body.failing === true) })],
    ['POST', /^\/_test\/reads$/, () => ({ reads })],
    ['POST', /^\/_test\/reset$/, () => {
      Object.assign(faults, { delay: 0, failing: false });
      posts.reset();
      return { reset: true };
    }],
  ];
  const served = testing ? [...routes, ...testRoutes] : routes;

  async function answer(request) {
    const url = new URL(request.url, 'http://content-api');
    const here = served.filter(([, pattern]) => pattern.test(url.pathname));
    const route = here.find(([method]) => method === request.method);
    if (here.length === 0) throw new Refused(404, `There is nothing at ${url.pathname}.`);
    if (!route) throw new Refused(405, `${url.pathname} takes ${here.map(([method]) => method).join(', ')}.`);
    if (request.method === 'GET' && faults.failing) throw new Refused(503, 'Failing, as a test asked for.');

    const [, pattern, handle] = route;
    const [, slug = ''] = pattern.exec(url.pathname);
    const body = request.method === 'GET' ? {} : await readJson(request);
    if (request.method === 'GET') reads += 1;
    return handle({ slug: decode(slug), query: url.searchParams, body });
  }

  return http.createServer(async (request, response) => {
    const { status, body } = await answer(request)
      .then((result) => ({ status: 200, body: result }))
      .catch((error) => {
        if (error instanceof Refused) return { status: error.status, body: { error: error.message } };
        console.error(error);
        return { status: 500, body: { error: 'The content API failed; its log says why.' } };
      });
    // After the data was read, so that a render may hold what is old by now.
    if (request.method === 'GET' && faults.delay > 0) await wait(faults.delay);
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
      // What is left of a body that was too long would be taken for the next request.
      ...(status === 413 ? { Connection: 'close' } : {}),
    });
    response.end(text);
  });
}

async function readJson(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) throw new Refused(413, `A body may have ${MAX_BODY} bytes.`);
    chunks.push(chunk);
  }
  if (length === 0) return {};
  let body;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new Refused(400, `The body is not JSON: ${error.message}`);
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new Refused(400, 'The body must be a JSON object.');
  }
  return body;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refused(400, 'The address is not encoded well.');
  }
}

function milliseconds(value) {
  if (!Number.isInteger(value) || value < 0 || value > 600_000) {
    throw new Refused(400, '"ms" must be an integer from 0 to 600000.');
  }
  return value;
}
