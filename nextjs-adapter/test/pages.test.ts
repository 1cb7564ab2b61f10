import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { NextApiRequest, NextApiResponse } from 'next';
import { createReadinessApiHandler, createRevalidateApiHandler, type RevalidateApiOptions } from '../src/pages.js';
import { shared } from '../src/shared.js';
import { CALLBACK_SECRET, marker, post, REVALIDATION_SECRET, token, type Callback } from './world.js';

describe('the API route of the Pages Router', () => {
  let server: Server;
  let url = '';
  let options: RevalidateApiOptions = {};
  let parsed: unknown;
  let handler: ReturnType<typeof createRevalidateApiHandler>;
  const made: string[] = [];
  const logs: string[] = [];
  let calledBack: (callback: Callback) => void = () => undefined;

  // A site, its page and its worker, as Next.js would serve them.
  before(async () => {
    server = createServer((request, response) => {
      const api = Object.assign(response, {
        status: (code: number) => Object.assign(response, { statusCode: code }),
        json: (body: unknown) => response.end(JSON.stringify(body)),
        send: (body: string) => response.end(body),
        revalidate: (path: string) => {
          made.push(path);
          return path === '/moved' ? Promise.reject(new Error('Invalid response 308')) : Promise.resolve();
        },
      }) as unknown as NextApiResponse;
      if (request.url === '/api/revalidate') {
        void handler(Object.assign(request, { body: parsed }) as unknown as NextApiRequest, api);
      } else if (request.url === '/api/ready') {
        void createReadinessApiHandler(options)(request as NextApiRequest, api);
      } else if (request.url === '/api/revalidation/complete') {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          response.end();
          calledBack(JSON.parse(body) as Callback);
        });
      } else {
        response.end(marker('post:a@7'));
      }
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    options = {
      revalidationSecret: REVALIDATION_SECRET,
      callbackSecret: CALLBACK_SECRET,
      workerUrl: url,
      selfUrl: url,
      log: (line) => logs.push(line),
    };
    handler = createRevalidateApiHandler(options);
  });
  after(() => server.close());

  async function call(method: string, handshake: object) {
    const raw = JSON.stringify({ batch_id: 'batch-1', target: 'web', handshakes: [handshake] });
    const authorization = `Bearer ${await token(raw, { now: Date.now() })}`;
    return fetch(`${url}/api/revalidate`, {
      method,
      headers: { authorization },
      ...(method === 'POST' && { body: raw }),
    });
  }

  test('given a call, when it is served, then the page is made anew, and after the answer we call back what it shows', async () => {
    const callback = new Promise<Callback>((resolve) => (calledBack = resolve));
    let kept: Promise<void> | undefined;
    handler = createRevalidateApiHandler({
      ...options,
      waitUntil: (work) => {
        kept = work;
      },
    });
    const response = await call('POST', post('h1', 7, { paths: ['/blog/é'] }));
    assert.equal(response.status, 202);
    assert.match(response.headers.get('content-type') ?? '', /json/);
    assert.deepEqual(made, ['/blog/%C3%A9']);
    assert.equal((await callback).handshakes?.[0]?.status, 'fresh');
    assert.equal((await callback).target, 'web');
    await kept;
  });

  test('given trailing slashes, when the page moves to the address with one, then it is made there', async () => {
    const callback = new Promise<Callback>((resolve) => (calledBack = resolve));
    await call('POST', post('h1', 7, { paths: ['/moved'] }));
    assert.deepEqual(made.slice(-2), ['/moved', '/moved/']);
    await callback;
  });

  test('given a body that was parsed already, when called, then 500 and a log line name the config', async () => {
    parsed = {};
    const response = await call('POST', post('h1'));
    parsed = undefined;
    assert.equal(response.status, 500);
    assert.match(await response.text(), /export const config = \{ api: \{ bodyParser: false \} \}/);
    assert.match(logs.at(-1) ?? '', /^cache-handshake cannot serve: the body was parsed/);
  });

  test('given another method, when called, then 405', async () => {
    const response = await call('GET', post('h1'));
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'POST');
  });

  test('given readiness, when asked, then 503 until this process has caught up, then 200', async () => {
    shared().ready = false;
    assert.equal((await fetch(`${url}/api/ready`)).status, 503);
    shared().ready = true;
    const response = await fetch(`${url}/api/ready`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
  });
});
