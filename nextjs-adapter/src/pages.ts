import { Readable } from 'node:stream';
import type { NextApiRequest, NextApiResponse } from 'next';
import { createHandler } from './handler.js';
import type { RevalidateOptions } from './options.js';
import { settingsFrom } from './plain-world.js';
import { readiness } from './readiness.js';
import { worldOf } from './world.js';

export type { RevalidateOptions } from './options.js';

/** What a site with the Pages Router can set. */
export interface RevalidateApiOptions extends RevalidateOptions {
  /** The paths of the pages that show what a tag stands for. Default: none, and tags are rejected. */
  pathsOfTag?: ((tag: string) => readonly string[] | Promise<readonly string[]>) | undefined;
  /** Keeps a serverless function alive until the work is done that follows its answer. */
  waitUntil?: ((work: Promise<void>) => void) | undefined;
}

type ApiHandler = (request: NextApiRequest, response: NextApiResponse) => Promise<void>;

/** Makes the API route that the worker calls. It needs `export const config = { api: { bodyParser: false } }` beside it. */
export function createRevalidateApiHandler(options: RevalidateApiOptions = {}): ApiHandler {
  const handle = createHandler(() => settingsFrom(options));
  const world = worldOf(options);
  return async (request, response) => {
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      response.status(405).json({ error: 'send a POST' });
      return;
    }
    if (request.body !== undefined) {
      const error = 'the body was parsed: the route needs `export const config = { api: { bodyParser: false } }`';
      world.log(`cannot serve: ${error}`);
      response.status(500).json({ error });
      return;
    }
    const works: (() => Promise<void>)[] = [];
    const answer = await handle(toRequest(request), {
      ...world,
      mark: null,
      remake: async (route) => {
        try {
          await response.revalidate(route);
        } catch (thrown) {
          // With `trailingSlash: true` the page is at the address with one.
          if (!String(thrown).endsWith(' 308')) {
            throw thrown;
          }
          await response.revalidate(`${route}/`);
        }
      },
      pathsOfTag: options.pathsOfTag ?? null,
      after: (work) => works.push(work),
    });
    const sent = new Promise((resolve) => response.once('close', resolve));
    const done = sent.then(async () => {
      await Promise.all(works.map((work) => work()));
    });
    options.waitUntil?.(done);
    answer.headers.forEach((value, name) => response.setHeader(name, value));
    response.status(answer.status).send(await answer.text());
  };
}

/** Makes the API route that answers 200 once this process has caught up with what it missed, and 503 before. */
export function createReadinessApiHandler(options: RevalidateOptions = {}): ApiHandler {
  const answer = readiness(() => settingsFrom(options), worldOf(options));
  return async (_request, response) => {
    const said = answer();
    said.headers.forEach((value, name) => response.setHeader(name, value));
    response.status(said.status).send(await said.text());
  };
}

function toRequest(request: NextApiRequest): Request {
  return new Request(new URL(request.url ?? '/', 'http://self'), {
    method: 'POST',
    headers: { authorization: request.headers.authorization ?? '' },
    body: Readable.toWeb(request) as ReadableStream<Uint8Array>,
    duplex: 'half',
  });
}
