import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { jwtVerify } from 'jose';
import { greet } from '../src/instrumentation.js';
import { readiness } from '../src/readiness.js';
import { resolveOptions } from '../src/options.js';
import { shared } from '../src/shared.js';
import { CALLBACK_SECRET, REVALIDATION_SECRET, World } from './world.js';

const OWN = { iss: 'default', sub: 'hello' };
const BUILD = {
  previewModeId: 'preview',
  id: 'b7',
  time: '2026-06-01T00:00:00.000Z',
  paths: ['/', '/caf%C3%A9', '/_not-found'],
};

beforeEach(() => {
  shared().ready = false;
});

describe('a replica that starts', () => {
  test('given paths and tags that it missed, when it says hello, then they are expired and it is ready', async () => {
    const world = new World();
    world.build = BUILD;
    world.missed = {
      everything: false,
      paths: [
        '/blog/a',
        'blog/caf%C3%A9',
        '/a,b',
        { path: '/[lang]', type: 'page' },
        { path: '/shop', type: 'layout' },
      ],
      tags: ['posts'],
    };
    const { status, revalidated } = await world.send({ hello: true }, OWN);
    assert.equal(status, 202);
    assert.deepEqual(revalidated, ['/blog/a', '/blog/café', '/[lang] page', '/shop layout', '/shop', '#posts']);
    assert.equal(shared().ready, true);
    assert.deepEqual(world.logs, ['cache-handshake ready: caught up with 4 paths and 1 tags']);
  });

  test('given a hello, then it says who, which build and where, signed as a callback is', async () => {
    const world = new World(
      {},
      { REVALIDATION_SECRET, CALLBACK_SECRET, WORKER_URL: 'http://worker', HOSTNAME: 'web-1' },
    );
    world.build = BUILD;
    await world.send({ hello: true }, OWN);
    assert.deepEqual(world.hellos, [
      { site: 'default', replica: 'web-1', build_id: 'b7', build_time: BUILD.time, url: 'http://10.0.0.1:3000' },
    ]);
    const { payload } = await jwtVerify((world.callbackTokens[0] ?? '').slice(7), Buffer.from(CALLBACK_SECRET), {
      issuer: 'default',
      audience: 'cache-handshake',
      currentDate: new Date(world.now),
      requiredClaims: ['exp', 'jti', 'body_sha256'],
    });
    assert.equal(payload.sub, 'web-1');
  });

  test('given options and variables, when it says hello, then they win over what the build says', async () => {
    const env = { REVALIDATION_SECRET, CALLBACK_SECRET, WORKER_URL: 'http://worker', REPLICA_URL: 'http://pod-1:3000' };
    const world = new World({ buildId: 'mine', buildTime: '2026-01-01T00:00:00Z', replica: 'pod-1' }, env);
    world.build = BUILD;
    await world.send({ hello: true }, OWN);
    assert.deepEqual(world.hellos, [
      {
        site: 'default',
        replica: 'pod-1',
        build_id: 'mine',
        build_time: '2026-01-01T00:00:00Z',
        url: 'http://pod-1:3000',
      },
    ]);
  });

  test('given that it missed everything, when it says hello, then the whole site is expired', async () => {
    const world = new World();
    world.missed = { everything: true, paths: [], tags: [] };
    assert.deepEqual((await world.send({ hello: true }, OWN)).revalidated, ['/ layout']);
    assert.match(world.logs[0] ?? '', /caught up with everything/);
  });

  for (const [what, missed, made] of [
    ['paths', { paths: ['/blog/a'], tags: [] }, ['/blog/a']],
    ['everything', { everything: true }, ['/', '/caf%C3%A9']],
    ['tags that nobody can name the pages of', { paths: ['/blog/a'], tags: ['t'] }, ['/', '/caf%C3%A9']],
  ] as const) {
    test(`given the Pages Router, when it missed ${what}, then the pages are made anew before it is ready`, async () => {
      const world = new World({}, undefined, 'pages');
      world.build = BUILD;
      world.missed = missed;
      await world.send({ hello: true }, OWN);
      assert.deepEqual(world.remade, made);
      assert.equal(shared().ready, true);
    });
  }

  test('given the Pages Router and a page that cannot be made, when it catches up, then it is ready and says so', async () => {
    const world = new World({ pathsOfTag: () => ['/blog/b'] }, undefined, 'pages');
    world.pages.set('/blog/b', { remakes: 500 });
    world.missed = { paths: ['/blog/a'], tags: ['t'] };
    await world.send({ hello: true }, OWN);
    assert.deepEqual(world.remade, ['/blog/a', '/blog/b']);
    assert.match(world.logs[0] ?? '', /caught up with 1 paths and 1 tags, 1 pages not made anew/);
  });

  test('given an older worker, when it says hello, then it is ready all the same', async () => {
    const world = new World();
    world.missed = 404;
    assert.equal((await world.send({ hello: true }, OWN)).status, 202);
    assert.equal(shared().ready, true);
    assert.match(world.logs[0] ?? '', /ready; the worker is too old to be asked/);
  });

  test('given a worker that answers 503, when it says hello, then 503 with the reason, and it is not ready', async () => {
    const world = new World();
    world.missed = 503;
    const { status, answer } = await world.send({ hello: true }, OWN);
    assert.equal(status, 503);
    assert.equal(answer.error, 'the worker answered 503');
    assert.equal(shared().ready, false);
  });

  for (const claims of [{ sub: 'hello' }, { iss: 'default', sub: 'heal' }]) {
    test(`given a hello signed ${JSON.stringify(claims)}, when called, then 401`, async () => {
      const world = new World();
      assert.equal((await world.send({ hello: true }, claims)).status, 401);
      assert.deepEqual(world.hellos, []);
    });
  }
});

describe('the instrumentation', () => {
  const options = {
    revalidationSecret: REVALIDATION_SECRET,
    callbackSecret: CALLBACK_SECRET,
    workerUrl: 'http://worker',
    selfUrl: 'http://self',
  };

  function begin(answers: (number | Error)[]) {
    const seen = { urls: [] as string[], slept: [] as number[], logs: [] as string[] };
    const done = (given: object) =>
      greet(
        { ...options, ...given },
        {
          fetch: (url) => {
            seen.urls.push(url);
            const answer = answers.shift() ?? 202;
            return answer instanceof Error
              ? Promise.reject(answer)
              : Promise.resolve(Response.json({ error: 'the worker is away' }, { status: answer }));
          },
          now: () => 0,
          sleep: (ms) => {
            seen.slept.push(ms);
            return Promise.resolve();
          },
          timeout: () => new AbortController().signal,
          log: (line) => seen.logs.push(line),
        },
      );
    return { seen, done };
  }

  test('given nobody listens yet, when it begins, then it asks again soon and says nothing of it', async () => {
    const { seen, done } = begin([new Error('refused'), new Error('refused')]);
    await done({});
    assert.deepEqual(seen.urls, Array(3).fill('http://self/api/revalidate'));
    assert.deepEqual(seen.slept, [100, 200]);
    assert.deepEqual(seen.logs, []);
  });

  test('given trailing slashes, when the route moves to the address with one, then it asks there', async () => {
    const { seen, done } = begin([308]);
    await done({});
    assert.deepEqual(seen.urls, ['http://self/api/revalidate', 'http://self/api/revalidate/']);
  });

  test('given the worker is away for long, when it asks, then for ever, at growing pauses, and says so once', async () => {
    const { seen, done } = begin(Array<number>(50).fill(503));
    await done({ route: '/api/hooks/revalidate', basePath: '/docs' });
    assert.equal(seen.urls.length, 51);
    assert.equal(seen.urls[0], 'http://self/docs/api/hooks/revalidate');
    assert.equal(Math.max(...seen.slept), 10_000);
    assert.equal(seen.logs.length, 1);
    assert.match(seen.logs[0] ?? '', /^not ready yet: .* answered 503: the worker is away$/);
  });

  test('given options that cannot be used, when it begins, then it says why and stops', async () => {
    const { seen, done } = begin([]);
    await done({ workerUrl: 'worker' });
    assert.deepEqual(seen.logs, ['never ready: workerUrl (WORKER_URL) is no http(s) URL: worker']);
    assert.deepEqual(seen.urls, []);
  });
});

test('given readiness, when asked, then 503 with the reason until it has caught up, then 200 with who we are', async () => {
  const env = { REVALIDATION_SECRET, CALLBACK_SECRET, WORKER_URL: 'http://worker', HOSTNAME: 'web-1' };
  const answer = readiness(() => resolveOptions({}, env), { build: () => BUILD });
  shared().why = 'the worker is away';
  assert.equal(answer().status, 503);
  assert.deepEqual(await answer().json(), { status: 'catching-up', reason: 'the worker is away' });
  shared().ready = true;
  assert.equal(answer().status, 200);
  assert.deepEqual(await answer().json(), { status: 'ready', replica: 'web-1', build_id: 'b7' });
});
