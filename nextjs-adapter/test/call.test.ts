import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { RevalidateOptions } from '../src/options.js';
import { onlyOnce, UnauthorizedError } from '../src/verify-call.js';
import { CALLBACK_SECRET, marker, post, REVALIDATION_SECRET, token, World, type Claims } from './world.js';

describe('who may call', () => {
  const body = { batch_id: 'batch-1', handshakes: [post('h1')] };
  const bad: [string, Claims][] = [
    ['another key', { key: CALLBACK_SECRET }],
    ['another issuer', { iss: 'somebody' }],
    ['our own issuer, which is only for healing', { iss: 'default' }],
    ['another site', { aud: 'other-site' }],
    ['another batch', { sub: 'batch-2' }],
    ['another body', { digest: 'AAAA' }],
    ['no body at all', { digest: null }],
    ['another algorithm', { alg: 'HS512', key: 'k'.repeat(64) }],
    ['no expiry', { exp: null }],
    ['more than 5 minutes and a bit', { exp: 331 }],
    ['no time of issue', { iat: null }],
    ['no id', { jti: null }],
    ['an empty id', { jti: '' }],
    ['a time that is over', { exp: -31 }],
  ];
  for (const [what, claims] of bad) {
    test(`given a token for ${what}, when called, then 401 and nothing is revalidated`, async () => {
      const world = new World();
      const { status, answer } = await world.send(body, claims);
      assert.equal(status, 401);
      assert.equal(typeof answer.error, 'string');
      assert.deepEqual(world.revalidated, []);
    });
  }

  test('given no token, when called, then 401', async () => {
    assert.equal((await new World().post(JSON.stringify(body), {})).status, 401);
  });

  test('given an unsigned token (alg none), when called, then 401', async () => {
    const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
    const forged = `${part({ alg: 'none' })}.${part({ iss: 'cache-handshake', aud: 'default', sub: 'batch-1', exp: 9e9 })}.`;
    assert.equal((await new World().post(JSON.stringify(body), { authorization: `Bearer ${forged}` })).status, 401);
  });

  test('given a clock 20 s behind, when the token has just expired, then it is still good', async () => {
    assert.equal((await new World().send(body, { exp: -20 })).status, 202);
  });

  test('given a clock 30 s behind, when a token lives for 5 minutes, then it is good', async () => {
    assert.equal((await new World().send(body, { exp: 330 })).status, 202);
  });

  test('given a call, when it is sent again with the same token, then 401, and 401 again until it has expired', async () => {
    const world = new World();
    const raw = JSON.stringify(body);
    const headers = { authorization: `Bearer ${await token(raw, { now: world.now, exp: 60 })}` };
    const start = world.now;
    assert.equal((await world.post(raw, headers)).status, 202);
    const calls = world.revalidated.length;
    for (const after of [0, 89_999]) {
      world.now = start + after;
      const { status, answer } = await world.post(raw, headers);
      assert.equal(status, 401);
      assert.match(answer.error ?? '', /used before \(jti\)/);
    }
    world.now = start + 90_000;
    assert.match((await world.post(raw, headers)).answer.error ?? '', /has expired/);
    assert.equal(world.revalidated.length, calls);
  });

  test('given a token that came with another body, when its own call arrives, then that is served', async () => {
    const world = new World();
    const raw = JSON.stringify(body);
    const headers = { authorization: `Bearer ${await token(raw, { now: world.now })}` };
    assert.equal((await world.post(`${raw} `, headers)).status, 401);
    assert.equal((await world.post(raw, headers)).status, 202);
  });

  test('given our own heal request, when it is sent again, then 401; each carries iat, exp and an id of its own', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@6'), after: [2, { html: marker('post:a@7') }] });
    await world.deliver([post('h1')]);
    const claims = world.healAuthorizations.map((authorization) => decodeJwt(authorization.slice(7)));
    assert.equal(claims.length, 2);
    assert.equal(new Set(claims.map(({ jti }) => jti)).size, 2);
    assert.ok(claims.every(({ iat, exp, jti }) => (exp ?? 0) - (iat ?? 0) === 60 && jti));
    const raw = JSON.stringify({ heal: [{ path: '/blog/a', mode: 'expire' }] });
    const { status, answer } = await world.post(raw, { authorization: world.healAuthorizations[0] ?? '' });
    assert.equal(status, 401);
    assert.match(answer.error ?? '', /used before/);
  });

  test('given a heal request without an id, when called, then 401', async () => {
    const claims = { iss: 'default', sub: 'heal', jti: null };
    assert.equal((await new World().send({ heal: [{ path: '/', mode: 'expire' }] }, claims)).status, 401);
  });

  test('given 10,000 calls that are remembered, when one more arrives, then the oldest alone is forgotten', () => {
    const verifyFirst = onlyOnce();
    const call = (id: number, now = 0) => {
      verifyFirst({ issuer: '', subject: '', bodyDigest: '', id: `${id}`, goodUntil: 100 }, now);
    };
    for (let id = 0; id < 10_000; id++) {
      call(id);
    }
    assert.throws(() => {
      call(0);
    }, UnauthorizedError);
    call(10_000);
    assert.throws(() => {
      call(1);
    }, UnauthorizedError);
    call(0);
    call(10_000, 100_000);
  });

  test('given a heal body signed by the worker, when called, then 401', async () => {
    const world = new World();
    assert.equal((await world.send({ heal: [{ path: '/', mode: 'expire' }] }, { sub: 'heal' })).status, 401);
    assert.deepEqual(world.revalidated, []);
  });
});

describe('two live secrets', () => {
  const body = { batch_id: 'batch-1', handshakes: [post('h1')] };
  const NEW = 'n'.repeat(32);
  const OLD = 'o'.repeat(32);
  const FOREIGN = 'f'.repeat(32);
  const rest = { CALLBACK_SECRET, WORKER_URL: 'http://worker', SELF_URL: 'http://self' };
  const variables = { ...rest, REVALIDATION_SECRET: NEW, REVALIDATION_SECRET_PREVIOUS: OLD };
  const record: RevalidateOptions = { revalidationSecret: { '2026-11': NEW, '2026-10': OLD } };

  for (const [what, claims, status] of [
    ['the new secret under its kid', { key: NEW, kid: '2026-11' }, 202],
    ['the old secret under its kid', { key: OLD, kid: '2026-10' }, 202],
    ['the old secret under the kid of the new one', { key: OLD, kid: '2026-11' }, 401],
    ['the old secret under an unknown kid', { key: OLD, kid: '1' }, 202],
    ['the old secret under a kid that every object knows', { key: OLD, kid: 'constructor' }, 202],
    ['the old secret without a kid', { key: OLD }, 202],
    ['a foreign secret under a known kid', { key: FOREIGN, kid: '2026-11' }, 401],
    ['a foreign secret under an unknown kid', { key: FOREIGN, kid: '1' }, 401],
    ['the callback secret', { key: CALLBACK_SECRET }, 401],
  ] as [string, Claims, number][]) {
    test(`given secrets by kid, when a token is signed with ${what}, then ${status}`, async () => {
      const world = new World(record, variables);
      world.pages.set('/blog/a', { html: marker('post:a@7') });
      assert.equal((await world.send(body, claims)).status, status);
      assert.deepEqual(world.revalidated, status === 202 ? ['/blog/a'] : []);
    });
  }

  for (const [what, claims, status] of [
    ['the new secret', { key: NEW, kid: '1' }, 202],
    ['the previous secret', { key: OLD, kid: '1' }, 202],
    ['the previous secret under the kid of both', { key: OLD, kid: 'revalidation' }, 202],
    ['a foreign secret', { key: FOREIGN, kid: 'revalidation' }, 401],
  ] as [string, Claims, number][]) {
    test(`given both variables, when a token is signed with ${what}, then ${status}`, async () => {
      assert.equal((await new World({}, variables).send(body, claims)).status, status);
    });
  }

  for (const revalidationSecret of [NEW, { new: NEW }]) {
    test(`given an option (${typeof revalidationSecret}), when a token is signed with the variable's, then 401`, async () => {
      assert.equal((await new World({ revalidationSecret }, variables).send(body, { key: OLD })).status, 401);
    });
  }

  test('given a token that is signed with the old secret, when it has expired, then 401 says expired', async () => {
    const { status, answer } = await new World(record, rest).send(body, { key: OLD, exp: -31 });
    assert.equal(status, 401);
    assert.match(answer.error ?? '', /has expired/);
  });

  for (const [options, kid] of [
    [record, '2026-11'],
    [{}, 'revalidation'],
  ] as [RevalidateOptions, string][]) {
    test(`given a stale page, when healed, then our own call is signed with the first secret, as ${kid}`, async () => {
      const world = new World(options, variables);
      world.pages.set('/blog/a', { html: marker('post:a@6'), after: [1, { html: marker('post:a@7') }] });
      await world.send(body, { key: OLD });
      const heal = (world.healAuthorizations[0] ?? '').slice(7);
      assert.equal(decodeProtectedHeader(heal).kid, kid);
      await jwtVerify(heal, Buffer.from(NEW), { currentDate: new Date(world.now) });
      assert.equal(world.reported('h1')?.status, 'fresh');
    });
  }
});

describe('what is malformed', () => {
  for (const [what, raw] of [
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a batch without handshakes', '{"batch_id":"batch-1"}'],
    ['a handshake that is a text', '{"batch_id":"batch-1","handshakes":["x"]}'],
    ['a handshake without an id', '{"batch_id":"batch-1","handshakes":[{"type":"post","slug":"a"}]}'],
    ['a job without a slug', '{"revalidation_id":"batch-1","type":"post"}'],
  ] as const) {
    test(`given ${what}, when called, then 400 says so`, async () => {
      const { status, answer } = await new World().send(raw);
      assert.equal(status, 400);
      assert.match(answer.error ?? '', /^the body |^handshakes\[0\] /);
    });
  }

  test('given a body over 4 MiB, when called, then 413', async () => {
    assert.equal((await new World().send(`{"x":"${'x'.repeat(4 << 20)}"}`)).status, 413);
  });
});

describe('the options', () => {
  for (const [what, env, line] of [
    ['no secrets', {}, /revalidationSecret \(REVALIDATION_SECRET\) is missing/],
    ['a short secret', { REVALIDATION_SECRET: 'short' }, /has 5 bytes and needs 32/],
    ['one secret for both', { REVALIDATION_SECRET, CALLBACK_SECRET: REVALIDATION_SECRET }, /each needs its own/],
    [
      'a short previous secret',
      { REVALIDATION_SECRET, REVALIDATION_SECRET_PREVIOUS: 'short' },
      /REVALIDATION_SECRET_PREVIOUS has 5 bytes and needs 32/,
    ],
    [
      'a previous secret that signs callbacks',
      { REVALIDATION_SECRET, REVALIDATION_SECRET_PREVIOUS: CALLBACK_SECRET, CALLBACK_SECRET },
      /same as REVALIDATION_SECRET_PREVIOUS: each needs its own/,
    ],
    [
      'only a previous secret',
      { REVALIDATION_SECRET_PREVIOUS: REVALIDATION_SECRET },
      /\(REVALIDATION_SECRET\) is missing/,
    ],
    ['no worker', { REVALIDATION_SECRET, CALLBACK_SECRET }, /workerUrl \(WORKER_URL\) is missing/],
    [
      'a worker that is no URL',
      { REVALIDATION_SECRET, CALLBACK_SECRET, WORKER_URL: 'worker:8081' },
      /no http\(s\) URL/,
    ],
  ] as const) {
    test(`given ${what}, when called, then 500 and one readable log line`, async () => {
      const world = new World({}, env);
      assert.equal((await world.deliver([post('h1')])).status, 500);
      assert.equal(world.logs.length, 1);
      assert.match(world.logs[0] ?? '', line);
      assert.match(world.logs[0] ?? '', /^cache-handshake /);
    });
  }

  for (const [what, revalidationSecret, line] of [
    ['no secret at all', {}, /revalidationSecret is empty/],
    ['a short one', { a: REVALIDATION_SECRET, b: 'short' }, /revalidationSecret\['b'\] has 5 bytes and needs 32/],
    ['an empty one', { a: '' }, /revalidationSecret\['a'\] is missing: make one/],
    ['the callback secret', { a: REVALIDATION_SECRET, b: CALLBACK_SECRET }, /same as revalidationSecret\['b'\]/],
  ] as [string, Record<string, string>, RegExp][]) {
    test(`given secrets by kid with ${what}, when called, then 500 and the log line names it`, async () => {
      const world = new World({ revalidationSecret }, { CALLBACK_SECRET, WORKER_URL: 'http://worker' });
      assert.equal((await world.deliver([post('h1')])).status, 500);
      assert.match(world.logs[0] ?? '', line);
    });
  }

  test('given HOSTNAME is where Next.js listens, when called, then the replica has a name of its own', async () => {
    const world = new World(
      {},
      { REVALIDATION_SECRET, CALLBACK_SECRET, WORKER_URL: 'http://worker', HOSTNAME: '0.0.0.0' },
    );
    assert.match((await world.deliver([])).answer.replica ?? '', /^[0-9a-f]{8}$/);
  });
});

describe('what is accepted', () => {
  test('given a batch, when called, then each distinct path and tag is revalidated once, and the answer names us', async () => {
    const world = new World();
    const { status, answer, revalidated } = await world.deliver([
      post('h1', null, { paths: ['blog/a?x=1', '/list'], tags: ['posts', 'a'] }),
      post('h2', null, {
        paths: [
          '/list',
          { path: '/blog/[slug]', type: 'page' },
          { path: '/x', type: 'page' },
          { path: '/', type: 'layout' },
        ],
        tags: ['posts'],
      }),
    ]);
    assert.equal(status, 202);
    assert.equal(answer.replica, 'web-1');
    assert.equal(answer.build_id, 'b1');
    assert.deepEqual(
      answer.results?.map(({ status: one }) => one),
      ['accepted', 'accepted'],
    );
    assert.deepEqual(revalidated, ['/blog/a', '/list', '#posts', '#a', '/blog/[slug] page', '/x', '/ layout', '/']);
  });

  for (const [path, why] of [
    ['https://site/blog/a', /full URL/],
    ['/a/../b', /"\.\." segment/],
    ['/a,b', /comma/],
    ['/a%0Ab', /control character/],
    ['/blog/[slug]', /without its type/],
    [`/${'x'.repeat(1024)}`, /1025 characters/],
  ] as const) {
    test(`given the primary path ${path.slice(0, 30)}, when called, then its handshake alone is rejected, with the reason`, async () => {
      const world = new World();
      world.pages.set('/blog/a', { html: marker('post:a@7') });
      const { status, answer, revalidated } = await world.deliver([post('bad', 7, { paths: [path] }), post('good')]);
      assert.equal(status, 202);
      assert.equal(answer.results?.[0]?.status, 'rejected');
      assert.match(answer.results[0].reason ?? '', why);
      assert.equal(answer.results[1]?.status, 'accepted');
      assert.deepEqual(revalidated, ['/blog/a']);
      assert.equal(world.reported('bad'), undefined);
      assert.equal(world.reported('good')?.status, 'fresh');
    });
  }

  test('given another path that is refused, when called, then it is reported and the handshake goes on', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@7') });
    const { answer } = await world.deliver([post('h1', 7, { paths: ['/blog/a', '/a,b'] })]);
    assert.equal(answer.results?.[0]?.status, 'accepted');
    assert.deepEqual(
      answer.results[0].paths.map(({ path, status }) => `${path} ${status}`),
      ['/blog/a accepted', '/a,b rejected'],
    );
    assert.equal(world.reported('h1')?.status, 'fresh');
  });

  for (const tag of ['', 'a,b', 'x'.repeat(257)]) {
    test(`given a tag that Next.js ignores (${tag.slice(0, 5)}), when called, then its handshake is rejected`, async () => {
      const { answer } = await new World().deliver([post('h1', 7, { tags: [tag] })]);
      assert.equal(answer.results?.[0]?.status, 'rejected');
    });
  }

  test('given Next.js throws for one path, when called, then only the handshakes that need it are rejected', async () => {
    const world = new World();
    world.throwing.add('/list');
    const { answer } = await world.deliver([
      post('h1', null),
      post('h2', null, { paths: ['/blog/b', '/list'] }),
      post('h3', null, { paths: ['/list'] }),
    ]);
    assert.deepEqual(
      answer.results?.map(({ status }) => status),
      ['accepted', 'rejected', 'rejected'],
    );
    assert.match(answer.results[1]?.reason ?? '', /\/list: Next\.js says no/);
  });

  test('given mapPath, when called, then the route is revalidated and the public page is read', async () => {
    const world = new World({ mapPath: (path) => path.replace(/^\/docs/, '') });
    world.pages.set('/docs/blog/a', { html: marker('post:a@7') });
    const { revalidated } = await world.deliver([post('h1', 7, { paths: ['/docs/blog/a'] })]);
    assert.deepEqual(revalidated, ['/blog/a']);
    assert.deepEqual(world.reported('h1')?.pages, [{ path: '/docs/blog/a', version: 7, status: 200 }]);
  });

  test('given a basePath, when called, then it is taken off for Next.js and kept for looking and healing', async () => {
    const world = new World({ basePath: '/docs' });
    world.pages.set('/docs/blog/a', { html: marker('post:a@6'), after: [1, { html: marker('post:a@7') }] });
    await world.deliver([post('h1', 7, { paths: ['/docs/blog/a', '/docs', '/docsy'] })]);
    assert.deepEqual(world.revalidated, ['/blog/a', '/', '/docsy', '/blog/a', '/', '/docsy']);
    assert.equal(world.reported('h1')?.status, 'fresh');
  });

  test('given a mapPath without a leading slash, when called, then rejected and not ignored', async () => {
    const { answer } = await new World({ mapPath: (path) => path.slice(1) }).deliver([post('h1')]);
    assert.match(answer.results?.[0]?.reason ?? '', /leading slash/);
  });
});

describe('the single form', () => {
  const job = { revalidation_id: 'job-1', type: 'post', slug: 'a', dependencies: ['blog?category=php', ''] };

  test('given a job, when called, then the page of its slug and its dependencies are revalidated and the id is called back', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: '' });
    const { status } = await world.send(job, { sub: 'job-1' });
    assert.equal(status, 202);
    assert.deepEqual(world.softly, ['/blog/a', '/blog', '/']);
    assert.deepEqual(world.callbacks, [{ revalidation_id: 'job-1' }]);
  });

  test('given a refused path, when called, then 422, for any 2xx would be a yes', async () => {
    const { status, answer } = await new World().send({ ...job, paths: ['/a,b'] }, { sub: 'job-1' });
    assert.equal(status, 422);
    assert.match(answer.error ?? '', /comma/);
  });

  test('given a page that stays stale, when called, then there is no callback', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@1') });
    await world.send({ ...job, version: 2 }, { sub: 'job-1' });
    assert.deepEqual(world.callbacks, []);
    assert.match(world.logs.at(-1) ?? '', /\/blog\/a shows post:a@1, wanted 2/);
  });
});
