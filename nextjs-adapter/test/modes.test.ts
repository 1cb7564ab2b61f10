import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { marker, post, World } from './world.js';

const OLD = { html: marker('post:a@6') };
const NEW = { html: marker('post:a@7') };
/** A handshake as the worker sends it, without a word on the mode. */
const change = (more: object = {}) => post('h1', 7, { mode: undefined, ...more });

/** A site whose build says what makes a page anew. */
function builtWorld(...given: ConstructorParameters<typeof World>) {
  const world = new World(...given);
  world.build = { ...world.build, previewModeId: 'preview' };
  return world;
}

describe('the mode', () => {
  for (const [what, more, refreshes] of [
    ['updated', { action: 'updated' }, true],
    ['published', { action: 'published' }, true],
    ['no action', { action: undefined }, true],
    ['unpublished', { action: 'unpublished' }, false],
    ['deleted', { action: 'deleted' }, false],
    ['updated and expire', { action: 'updated', mode: 'expire' }, false],
    ['deleted and refresh', { action: 'deleted', mode: 'refresh' }, true],
    ['no mode (null)', { mode: null }, true],
  ] as const) {
    test(`given ${what}, when called, then the page is ${refreshes ? 'made anew beside the old one' : 'expired'}`, async () => {
      const world = builtWorld({ healBudgetMs: 0 });
      world.pages.set('/blog/a', NEW);
      await world.deliver([change(more)]);
      assert.deepEqual(world.remade, refreshes ? ['/blog/a'] : []);
      assert.deepEqual(world.revalidated, refreshes ? [] : ['/blog/a']);
    });
  }

  test('given a list that does not show a new entry, as it joined an old render, when looked at, then it is made anew again', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', NEW);
    world.pages.set('/blog', { html: marker('post:b@1'), remade: [2, NEW] });
    await world.deliver([change({ paths: ['/blog/a', '/blog'] })]);
    assert.deepEqual(world.remade, ['/blog/a', '/blog', '/blog']);
    assert.deepEqual(world.reported('h1')?.pages, [
      { path: '/blog/a', version: 7, status: 200 },
      { path: '/blog', version: 7, status: 200 },
    ]);
  });

  test('given a page that never shows the entry, when looked at, then a second time and no third', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', NEW);
    world.pages.set('/about', { html: marker('post:b@1') });
    await world.deliver([change({ paths: ['/blog/a', '/about'] })]);
    assert.deepEqual(world.remade, ['/blog/a', '/about', '/about']);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.deepEqual(world.slept, []);
  });

  test('given a mode that nobody knows, as others may have put there, when called, then the action decides', async () => {
    const world = builtWorld({ healBudgetMs: 0 });
    world.pages.set('/blog/a', NEW);
    await world.deliver([change({ mode: 'soon' })]);
    assert.deepEqual(world.remade, ['/blog/a']);
  });

  for (const mode of ['refresh', 'expire']) {
    test(`given ${mode} and a shared cache that another process invalidates, when called, then pages are read and nothing is made anew`, async () => {
      const world = builtWorld();
      world.pages.set('/blog/a', NEW);
      await world.send({
        batch_id: 'batch-1',
        site: 'default',
        verify_only: true,
        handshakes: [change({ mode, tags: ['t'] })],
      });
      assert.deepEqual(world.remade, []);
      assert.deepEqual(world.revalidated, []);
      assert.equal(world.callbacks[0]?.handshakes?.[0]?.status, 'fresh');
    });

    test(`given ${mode}, such a cache and a page that stays stale, when called, then it is made anew here too`, async () => {
      const world = builtWorld();
      world.pages.set('/blog/a', {
        ...OLD,
        ...(mode === 'refresh'
          ? { remade: [1, NEW] as [number, typeof NEW] }
          : { after: [1, NEW] as [number, typeof NEW] }),
      });
      await world.send({ batch_id: 'batch-1', site: 'default', verify_only: true, handshakes: [change({ mode })] });
      assert.equal(world.callbacks[0]?.handshakes?.[0]?.status, 'fresh');
      assert.ok(world.remade.length + world.heals > 0);
    });
  }

  test('given tags and patterns, when refreshed, then they are marked softly; when expired, then at once', async () => {
    const more = {
      paths: ['/blog/a', { path: '/blog/[slug]', type: 'page' }, { path: '/', type: 'layout' }],
      tags: ['t'],
    };
    const world = builtWorld();
    world.pages.set('/blog/a', NEW);
    world.pages.set('/', {});
    await world.deliver([change(more)]);
    assert.deepEqual(world.softly, ['/blog/[slug] page', '/ layout', '#t', '#t']);
    await world.deliver([change({ ...more, mode: 'expire' })], 'batch-2');
    assert.deepEqual(world.revalidated, ['/blog/a', '/blog/[slug] page', '/ layout', '/', '#t', '#t']);
  });
});

describe('refreshing', () => {
  test('given a page, when refreshed, then it is made anew, then read, and fresh at the first look', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', { ...OLD, remade: [1, NEW] });
    await world.deliver([change()]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.deepEqual(world.looks, ['/blog/a']);
    assert.deepEqual(world.slept, []);
  });

  test('given tags, when all is called back, then they are marked once more, for a render may have read old data meanwhile', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', NEW);
    await world.deliver([change({ tags: ['t'] }), post('h2', null, { tags: ['t'], mode: 'refresh' })]);
    assert.deepEqual(world.softly, ['#t', '#t']);
    assert.deepEqual(world.slept, [3000]);
    assert.equal(world.callbacks.length, 1);
  });

  test('given an old render that is stored over the new page, when read, then it is made anew again until it is fresh', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', { ...OLD, remade: [3, NEW] });
    await world.deliver([change()]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.equal(world.remade.length, 3);
    assert.equal(world.heals, 0);
    assert.deepEqual(world.slept, [100, 200]);
    assert.match(world.logs[0] ?? '', /healed 1 \(h1\) after 2 further/);
  });

  test('given tags, when healed, then they are marked again too', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', { ...OLD, remade: [2, NEW] });
    await world.deliver([change({ tags: ['t'] })]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.deepEqual(world.softly, ['#t', '#t', '#t']);
  });

  test('given the page cannot be made anew, when the budget is over, then failed with that status, though the old page is there', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', { ...OLD, remakes: 500 });
    await world.deliver([change()]);
    const reported = world.reported('h1');
    assert.equal(reported?.status, 'failed');
    assert.equal(reported.reason, '/blog/a answered with status 500 when made anew');
    assert.deepEqual(reported.pages, [{ path: '/blog/a', version: 6, status: 500 }]);
  });

  test('given no answer when it is made anew, then failed and no status', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', { ...OLD, remakes: 0 });
    await world.deliver([change()]);
    assert.equal(world.reported('h1')?.status, 'failed');
    assert.equal(world.reported('h1')?.reason, '/blog/a was not read: nobody answers');
    assert.deepEqual(world.reported('h1')?.pages, [{ path: '/blog/a', version: null, status: 0 }]);
  });

  test('given a page without a marker that cannot be made anew, when its handshake is proven elsewhere, then it is not fresh', async () => {
    for (const version of [7, null]) {
      const world = builtWorld({ healBudgetMs: 0 });
      world.pages.set('/blog/a', NEW);
      world.pages.set('/', { html: 'home', remakes: 503 });
      await world.deliver([change({ version, paths: ['/blog/a', '/'] })]);
      assert.equal(world.reported('h1')?.status, version === null ? 'unproven' : 'failed');
    }
  });

  test('given it was not made anew and shows the version all the same, when read, then fresh', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', { ...NEW, remakes: 500 });
    await world.deliver([change()]);
    assert.equal(world.reported('h1')?.status, 'fresh');
  });

  test('given mapPath and a basePath, when refreshed, then the route is made anew and the public page is read', async () => {
    const world = builtWorld({ basePath: '/docs', mapPath: (path) => path.replace(/^\/docs/, '/en') });
    world.pages.set('/docs/blog/a', NEW);
    await world.deliver([change({ paths: ['/docs/blog/a'] })]);
    assert.deepEqual(world.remade, ['/docs/en/blog/a']);
    assert.deepEqual(world.looks, ['/docs/blog/a']);
  });

  test('given many pages and a concurrency of two, when refreshed, then two at a time', async () => {
    const world = builtWorld({ warmConcurrency: 2 });
    const paths = Array.from({ length: 20 }, (_, index) => `/p/${index}`);
    paths.forEach((path) => world.pages.set(path, NEW));
    await world.deliver([change({ paths })]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.equal(world.mostAtOnce, 2);
  });

  test('given an expired page that no mark reaches, when healed, then it is made anew as well', async () => {
    const world = builtWorld();
    world.pages.set('/blog/a', { ...OLD, remade: [1, NEW] });
    await world.deliver([change({ mode: 'expire' })]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.deepEqual(world.remade, ['/blog/a']);
    assert.deepEqual(world.revalidated, ['/blog/a', '/blog/a']);
  });
});

describe('refreshing without knowing what makes a page anew', () => {
  test('given the old page is served once more, when read, then soon again before it is marked again', async () => {
    const world = new World();
    world.pages.set('/blog/a', { ...OLD, stale: true, after: [9, NEW] });
    await world.deliver([change()]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.deepEqual(world.softly, ['/blog/a']);
    assert.deepEqual(world.slept, [40]);
    assert.deepEqual(world.looks, ['/blog/a', '/blog/a']);
  });

  test('given a mark that got lost, when read, then it is marked again, softly', async () => {
    const world = new World();
    world.pages.set('/blog/a', { ...OLD, after: [1, NEW] });
    await world.deliver([change({ tags: ['t'] })]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.deepEqual(world.softly, ['/blog/a', '#t', '/blog/a', '#t', '#t']);
    assert.deepEqual(world.revalidated, []);
  });
});

describe('the Pages Router', () => {
  const pagesWorld = (options: ConstructorParameters<typeof World>[0] = {}) => new World(options, undefined, 'pages');

  test('given a page, when called, then it is made anew before the answer, read after it, and called back', async () => {
    const world = pagesWorld();
    world.pages.set('/blog/a', { ...OLD, remade: [1, NEW] });
    const { status, answer } = await world.deliver([change()]);
    assert.equal(status, 202);
    assert.equal(answer.results?.[0]?.status, 'accepted');
    assert.deepEqual(world.remade, ['/blog/a']);
    assert.equal(world.reported('h1')?.status, 'fresh');
  });

  test('given an old render that is stored over the new page, when read, then it is made anew again', async () => {
    const world = pagesWorld();
    world.pages.set('/blog/a', { ...OLD, remade: [2, NEW] });
    await world.deliver([change()]);
    assert.equal(world.reported('h1')?.status, 'fresh');
    assert.equal(world.remade.length, 2);
    assert.equal(world.heals, 0);
  });

  test('given a takedown, when called, then fresh once the page is gone', async () => {
    const world = pagesWorld();
    world.pages.set('/blog/a', { ...OLD, remakes: 404, remade: [1, { status: 404 }] });
    await world.deliver([change({ action: 'deleted' })]);
    assert.equal(world.reported('h1')?.status, 'fresh');
  });

  test('given a page that cannot be made anew, when called, then failed with that status', async () => {
    const world = pagesWorld({ healBudgetMs: 0 });
    world.pages.set('/blog/a', { ...OLD, remakes: 500 });
    await world.deliver([change()]);
    assert.deepEqual(world.reported('h1')?.pages, [{ path: '/blog/a', version: 6, status: 500 }]);
  });

  for (const [what, more, why] of [
    ['tags', { tags: ['t'] }, /has no tags: set the option pathsOfTag, or send paths/],
    ['a pattern', { paths: ['/blog/a', { path: '/blog/[slug]', type: 'page' }] }, /\/blog\/\[slug\] stands for many/],
    ['a layout', { paths: ['/blog/a', { path: '/', type: 'layout' }] }, /^\/ stands for many pages/],
  ] as const) {
    test(`given ${what}, when called, then rejected with the reason, and nothing is made`, async () => {
      const world = pagesWorld();
      const { answer } = await world.deliver([change(more)]);
      assert.equal(answer.results?.[0]?.status, 'rejected');
      assert.match(answer.results[0].reason ?? '', why);
      assert.deepEqual(world.remade, []);
    });
  }

  test('given a job with tags in the single form, when called, then 422', async () => {
    const job = { revalidation_id: 'job-1', type: 'post', slug: 'a', tags: ['t'] };
    assert.equal((await pagesWorld().send(job, { sub: 'job-1' })).status, 422);
  });

  test('given pathsOfTag, when called, then the pages of a tag are made anew, read and reported as its own', async () => {
    const world = pagesWorld({ pathsOfTag: (tag) => Promise.resolve([`/tag/${tag}`, '/blog/a']) });
    world.pages.set('/blog/a', NEW);
    world.pages.set('/tag/t', { ...OLD, remade: [2, NEW] });
    await world.deliver([change({ tags: ['t'] })]);
    assert.deepEqual(world.reported('h1')?.pages, [
      { path: '/blog/a', version: 7, status: 200 },
      { path: '/tag/t', version: 7, status: 200 },
    ]);
  });

  test('given pathsOfTag fails, when called, then rejected with its words', async () => {
    const world = pagesWorld({ pathsOfTag: () => Promise.reject(new Error('no list today')) });
    const { answer } = await world.deliver([change({ tags: ['t'] })]);
    assert.equal(answer.results?.[0]?.reason, 'pathsOfTag: no list today');
  });

  test('given a page that hangs, when called, then the answer does not wait for it, and we call back all the same', async () => {
    const world = pagesWorld();
    world.pages.set('/blog/a', { deaf: true });
    const { status } = await world.deliver([change()]);
    assert.equal(status, 202);
    assert.equal(world.reported('h1')?.status, 'failed');
  });
});

describe('versions without markers', () => {
  test('given readVersions, when read, then what it finds counts as a marker does', async () => {
    const world = builtWorld({
      readVersions: (html, path) => {
        const version = /"article:modified_time" content="([^"]+)"/.exec(html)?.[1];
        return version === undefined ? [] : [{ entry: `post:${path.slice('/blog/'.length)}`, version }];
      },
    });
    world.pages.set('/blog/a', { html: '<meta property="article:modified_time" content="2026-06-01T00:00:00Z">' });
    await world.deliver([change({ version: '2026-05-31T23:00:00Z' })]);
    assert.equal(world.reported('h1')?.status, 'fresh');
  });

  test('given readVersions throws, when read, then the page counts as not read, with its words', async () => {
    const world = builtWorld({
      healBudgetMs: 0,
      readVersions: () => {
        throw new Error('no such element');
      },
    });
    world.pages.set('/blog/a', NEW);
    await world.deliver([change()]);
    assert.equal(world.reported('h1')?.reason, '/blog/a was not read: no such element');
  });
});
