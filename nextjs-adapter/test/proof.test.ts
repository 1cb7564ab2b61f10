import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jwtVerify } from 'jose';
import { CALLBACK_SECRET, marker, post, World, type Page } from './world.js';

describe('what is called back', () => {
  test('given the pages show the version, when read, then fresh at the first look, with every page as it stands', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@8') });
    world.pages.set('/list', { html: marker('post:b@1') });
    await world.deliver([post('h1', 7, { paths: ['/blog/a', '/list', { path: '/blog/[slug]', type: 'page' }] })]);
    assert.deepEqual(world.callbacks, [
      {
        batch_id: 'batch-1',
        target: 'nextjs',
        replica: 'web-1',
        build_id: 'b1',
        handshakes: [
          {
            revalidation_id: 'h1',
            status: 'fresh',
            pages: [
              { path: '/blog/a', version: 8, status: 200 },
              { path: '/list', version: null, status: 200 },
            ],
          },
        ],
      },
    ]);
    assert.equal(world.heals, 0);
  });

  test('given a callback, then its token is signed for this body, site and batch', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@7') });
    await world.deliver([post('h1')]);
    const { payload } = await jwtVerify((world.callbackTokens[0] ?? '').slice(7), Buffer.from(CALLBACK_SECRET), {
      issuer: 'default',
      audience: 'cache-handshake',
      subject: 'batch-1',
      currentDate: new Date(world.now),
      requiredClaims: ['exp', 'iat', 'jti', 'body_sha256'],
    });
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 60);
  });

  test('given a page that is stale until it is invalidated again, when read, then it is healed and only then fresh', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@6'), after: [2, { html: marker('post:a@7') }] });
    await world.deliver([post('h1', 7, { tags: ['posts'] })]);
    assert.equal(world.callbacks.length, 1);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.deepEqual(world.revalidated, ['/blog/a', '#posts', '/blog/a', '#posts', '/blog/a', '#posts', '#posts']);
    assert.deepEqual(world.slept, [100, 200, 3000]);
  });

  test('given one fresh and one stale, when read, then the fresh one is called back at once and not read again', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@7') });
    world.pages.set('/blog/b', { html: marker('post:b@6'), after: [1, { html: marker('post:b@7') }] });
    await world.deliver([post('h1'), post('h2', 7, { slug: 'b', paths: ['/blog/b'] })]);
    assert.deepEqual(
      world.callbacks.map(({ handshakes }) => handshakes?.map((one) => `${one.revalidation_id} ${one.status}`)),
      [['h1 fresh'], ['h2 fresh']],
    );
    assert.deepEqual(world.looks, ['/blog/a', '/blog/b', '/blog/b']);
  });

  test('given a page that stays stale, when the budget is over, then stale, with page, seen and wanted', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@7') });
    world.pages.set('/list', { html: marker('post:a@6') });
    await world.deliver([post('h1', 7, { paths: ['/blog/a', '/list'] })]);
    assert.equal(world.reported('h1')?.status, 'stale');
    assert.equal(world.reported('h1')?.reason, '/list shows post:a@6, wanted 7');
    const waited = world.slept.reduce((sum, ms) => sum + ms, 0);
    assert.ok(waited > 15_000 && waited <= 20_000, `${waited} ms`);
    assert.equal(Math.max(...world.slept), 5_000);
  });

  test('given a page without any marker, when a version is wanted, then unproven after one further look', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: '<p>hello</p>' });
    await world.deliver([post('h1')]);
    assert.equal(world.reported('h1')?.status, 'unproven');
    assert.match(world.reported('h1')?.reason ?? '', /\/blog\/a shows no content-version of post:a, wanted 7/);
    assert.equal(world.looks.length, 2);
  });

  test('given no version, when read, then unproven at the first look', async () => {
    const world = new World();
    world.pages.set('/blog/a', { html: marker('post:a@6') });
    await world.deliver([post('h1', null)]);
    assert.equal(world.reported('h1')?.status, 'unproven');
    assert.equal(world.looks.length, 1);
  });

  for (const [what, page, status] of [
    ['answers 404', { status: 404 }, 'fresh'],
    ['answers 410', { status: 410, html: marker('post:a@6') }, 'fresh'],
    ['redirects', { status: 308 }, 'fresh'],
    ['no longer shows the entry', { html: marker('post:b@6') }, 'fresh'],
    ['still shows the entry', { html: marker('post:a@6') }, 'stale'],
    ['answers 500', { status: 500 }, 'failed'],
  ] as const) {
    test(`given an unpublished entry, when its page ${what}, then ${status}`, async () => {
      const world = new World({ healBudgetMs: 0 });
      world.pages.set('/blog/a', page);
      await world.deliver([post('h1', 7, { action: 'unpublished' })]);
      assert.equal(world.reported('h1')?.status, status);
    });
  }

  test('given an unpublished entry, when a list still shows it at whatever version, then it is healed; else stale', async () => {
    for (const version of [1, 7, 9]) {
      const list = { html: marker(`post:a@${version}`) };
      const removed = post('h1', 7, { action: 'deleted', paths: ['/blog/a', '/blog'] });
      const healed = new World();
      healed.pages.set('/blog', { ...list, after: [2, { html: marker('post:b@1') }] });
      await healed.deliver([removed]);
      assert.equal(healed.reported('h1')?.status, 'fresh');
      assert.equal(healed.heals, 2);
      const never = new World();
      never.pages.set('/blog', list);
      await never.deliver([removed]);
      assert.equal(never.reported('h1')?.status, 'stale');
      assert.equal(never.reported('h1')?.reason, `/blog still shows version ${version}, wanted it gone`);
      assert.deepEqual(never.reported('h1')?.pages, [
        { path: '/blog/a', version: null, status: 404 },
        { path: '/blog', version, status: 200 },
      ]);
    }
  });

  for (const [what, list, status, reason] of [
    ['answers 500', { status: 500 }, 500, '/blog answered with status 500'],
    ['cannot be read', { broken: true }, 0, '/blog was not read: fetch failed: connection refused'],
  ] as const) {
    for (const action of ['updated', 'unpublished']) {
      test(`given an ${action} entry, when a touched list ${what}, then it is healed; else failed`, async () => {
        const handshake = post('h1', 7, { action, paths: ['/blog/a', '/blog'] });
        const page = action === 'updated' ? { html: marker('post:a@7') } : { status: 404 };
        const healed = new World();
        healed.pages.set('/blog/a', page);
        healed.pages.set('/blog', { ...list, after: [2, { html: '' }] });
        await healed.deliver([handshake]);
        assert.equal(healed.reported('h1')?.status, 'fresh');
        const never = new World();
        never.pages.set('/blog/a', page);
        never.pages.set('/blog', list);
        await never.deliver([handshake]);
        assert.equal(never.reported('h1')?.status, 'failed');
        assert.equal(never.reported('h1')?.reason, reason);
        assert.deepEqual(never.reported('h1')?.pages[1], { path: '/blog', version: null, status });
        assert.ok(never.heals > 2);
      });
    }
  }

  const renamed = post('h1', 2, { slug: 'new', previous_slug: 'old', paths: ['/blog/new', '/blog/old', '/blog'] });
  const afterRename = (old: Page, list = marker('post:new@2')) => {
    const world = new World();
    world.pages.set('/blog/new', { html: marker('post:new@2') });
    world.pages.set('/blog/old', old);
    world.pages.set('/blog', { html: list });
    return world;
  };

  test('given a rename, when the old page still shows the old slug, then it is healed; else stale, at the version it shows', async () => {
    const healed = afterRename({ html: marker('post:old@1'), after: [2, { status: 404 }] });
    await healed.deliver([renamed]);
    assert.equal(healed.reported('h1')?.status, 'fresh');
    assert.equal(healed.heals, 2);
    const never = afterRename({ html: marker('post:old@1') });
    await never.deliver([renamed]);
    assert.equal(never.reported('h1')?.status, 'stale');
    assert.equal(never.reported('h1')?.reason, '/blog/old shows post:old@1, wanted 2');
    assert.deepEqual(never.reported('h1')?.pages, [
      { path: '/blog/new', version: 2, status: 200 },
      { path: '/blog/old', version: 1, status: 200 },
      { path: '/blog', version: 2, status: 200 },
    ]);
  });

  for (const [what, old, list] of [
    ['is gone', { status: 404 }, undefined],
    ['is gone and its 404 page shows a marker', { status: 404, html: marker('post:old@1') }, undefined],
    ['has no marker', { html: '<p>moved</p>' }, undefined],
    ['moves to the new one', { status: 308, location: '/blog/new' }, undefined],
    ['shows the entry under its own slug too', { html: marker('post:old@1') + marker('post:new@2') }, undefined],
    ['is gone, and a list shows the old slug of another type', { status: 404 }, marker('shop:old@1')],
  ] as const) {
    test(`given a rename, when the old page ${what}, then fresh at the first look`, async () => {
      const world = afterRename(old, list);
      await world.deliver([renamed]);
      assert.equal(world.reported('h1')?.status, 'fresh');
      assert.equal(world.heals, 0);
    });
  }

  for (const [what, page] of [
    ['takes forever', { takesMs: 3_600_000 }],
    ['does not even heed its time-out', { deaf: true }],
  ] as const) {
    test(`given the page ${what}, when the budget is over, then we call back all the same`, async () => {
      const world = new World();
      const start = world.now;
      world.pages.set('/blog/a', page);
      let calledBack = 0;
      const push = world.callbacks.push.bind(world.callbacks);
      world.callbacks.push = (...callbacks) => {
        calledBack = world.now - start;
        return push(...callbacks);
      };
      await world.deliver([post('h1')]);
      assert.equal(world.reported('h1')?.status, 'failed');
      assert.equal(world.reported('h1')?.reason, '/blog/a was not read: no time was left');
      assert.ok('deaf' in page || calledBack <= 20_000, `${calledBack} ms`);
    });
  }

  for (const [budget, first] of [
    [20_000, 10_000],
    [3_000, 3_000],
    [100, 250],
    [0, 250],
  ] as const) {
    test(`given a budget of ${budget} ms, when a page is read, then it has ${first} ms`, async () => {
      const world = new World({ healBudgetMs: budget });
      world.pages.set('/blog/a', { takesMs: 3_600_000 });
      const start = world.now;
      await world.deliver([post('h1')]);
      // The first of all is that of the whole work.
      assert.deepEqual(world.timeouts.slice(0, 2), [Math.max(budget, 250), first]);
      assert.ok(world.now - start <= Math.max(budget, 250), `${world.now - start} ms`);
    });
  }

  test('given a page without a marker or with an old one, when another answers 500, then that is what is reported', async () => {
    for (const html of ['', marker('post:a@6')]) {
      const world = new World();
      world.pages.set('/blog/a', { html });
      world.pages.set('/', { status: 500 });
      await world.deliver([post('h1', 7, { paths: ['/blog/a', '/'] })]);
      assert.equal(world.reported('h1')?.status, 'failed');
      assert.equal(world.reported('h1')?.reason, '/ answered with status 500');
      assert.ok(world.heals > 2);
    }
  });

  for (const [what, page, status, reason] of [
    ['a 404 is remembered for a page that now exists', { status: 404 }, 'stale', /status 404, wanted post:a@7/],
    ['the page answers 500', { status: 500 }, 'failed', /status 500/],
    ['the page cannot be read', { broken: true }, 'failed', /was not read: fetch failed: connection refused/],
  ] as const) {
    test(`given ${what}, when it is healed, then fresh; else ${status}`, async () => {
      const healed = new World();
      healed.pages.set('/blog/a', { ...page, after: [3, { html: marker('post:a@7') }] });
      await healed.deliver([post('h1')]);
      assert.equal(healed.reported('h1')?.status, 'fresh');
      const never = new World();
      never.pages.set('/blog/a', page);
      await never.deliver([post('h1')]);
      assert.equal(never.reported('h1')?.status, status);
      assert.match(never.reported('h1')?.reason ?? '', reason);
    });
  }

  test('given a version with more digits than a number holds, when read, then no digit is lost', async () => {
    const world = new World({ healBudgetMs: 0 });
    world.pages.set('/blog/a', { html: marker('post:a@90071992547409930') });
    const raw =
      '{"batch_id":"batch-1","handshakes":[{"revalidation_id":"h1","type":"post","slug":"a","version":90071992547409931,"paths":["/blog/a"]}]}';
    await world.send(raw);
    assert.equal(world.reported('h1')?.status, 'stale');
    assert.deepEqual(world.reported('h1')?.pages, [{ path: '/blog/a', version: '90071992547409930', status: 200 }]);
  });

  test('given many pages, when read, then at most ten fetches run at once', async () => {
    const world = new World();
    const paths = Array.from({ length: 60 }, (_, index) => `/p/${index}`);
    paths.forEach((path) => world.pages.set(path, { html: marker('post:a@7') }));
    await world.deliver([post('h1', 7, { paths })]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.ok(world.mostAtOnce > 1 && world.mostAtOnce <= 10, `${world.mostAtOnce}`);
  });

  test('given more slow pages than there is time for, when read, then we stop in time and say which one was not read', async () => {
    const world = new World({ healBudgetMs: 60_000 });
    const paths = Array.from({ length: 200 }, (_, index) => `/p/${index}`);
    paths.forEach((path) => world.pages.set(path, { html: marker('post:a@7'), takesMs: 1_000 }));
    const start = world.now;
    await world.deliver([post('h1', 7, { paths })]);
    assert.match(world.reported('h1')?.reason ?? '', /^\/p\/(5|6)\d was not read: no time was left$/);
    assert.ok(world.now - start <= 75_000, `${world.now - start} ms`);
  });

  test('given trailing slashes, when the page moves to the address with one, then it is read there', async () => {
    const world = new World();
    world.pages.set('/blog/a', { status: 308, location: '/blog/a/' });
    world.pages.set('/blog/a/', { html: marker('post:a@7') });
    await world.deliver([post('h1')]);
    assert.equal(world.reported('h1')?.status, 'fresh');
  });

  test('given any other redirect, when read, then it is not followed', async () => {
    const world = new World();
    world.pages.set('/blog/a', { status: 308, location: '/blog/b' });
    world.pages.set('/blog/b', { html: marker('post:a@7') });
    await world.deliver([post('h1')]);
    assert.equal(world.reported('h1')?.status, 'unproven');
    assert.deepEqual(world.looks, ['/blog/a', '/blog/a']);
  });

  test('given a page with special characters, when read, then they are escaped once', async () => {
    const world = new World();
    world.pages.set('/blog/%C3%A9%20%3F%23%25', { html: marker('post:a@7') });
    await world.deliver([post('h1', 7, { paths: ['/blog/%C3%A9%20%3F%23%25'] })]);
    assert.equal(world.reported('h1')?.status, 'fresh');
  });
});

describe('when the worker does not take it', () => {
  const deliver = async (...answers: number[]) => {
    const world = new World();
    world.workerAnswers = answers;
    world.pages.set('/blog/a', { html: marker('post:a@7') });
    await world.deliver([post('h1')]);
    return world;
  };

  test('given 503, 429 and 500, when called back, then again with growing pauses and a new token each time', async () => {
    const world = await deliver(503, 429, 500);
    assert.equal(world.callbacks.length, 1);
    assert.deepEqual(world.slept, [200, 400, 800]);
    assert.equal(new Set(world.callbackTokens).size, 4);
    assert.deepEqual(world.logs, []);
  });

  test('given 409, when called back, then one log line and no further try', async () => {
    const world = await deliver(409);
    assert.equal(world.callbackTokens.length, 1);
    assert.deepEqual(world.logs, [
      'cache-handshake callback of batch-1 failed: http://worker/api/revalidation/complete answered 409',
    ]);
  });

  test('given 503 for good, when called back, then it is given up after a minute', async () => {
    const world = await deliver(...Array.from({ length: 100 }, () => 503));
    assert.ok(world.slept.reduce((sum, ms) => sum + ms, 0) <= 60_000);
    assert.equal(world.logs.length, 1);
  });
});
