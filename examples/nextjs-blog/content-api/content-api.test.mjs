import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContentApi } from './content-api.mjs';
import { openPosts } from './posts.mjs';

const seedDirectory = path.join(path.dirname(fileURLToPath(import.meta.url)), 'seed');
const NOW = new Date('2026-11-24T22:14:05Z');

async function contentApi(t, { testing = true, wait } = {}) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'content-api-'));
  const file = path.join(directory, 'deep', 'posts.json');
  const reopen = () => openPosts({ file, seedDirectory, now: () => NOW });
  const server = createContentApi({ posts: reopen(), testing, wait });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(directory, { recursive: true });
  });

  const call = async (method, address, body) => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}${address}`, {
      method,
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    file,
    reopen,
    get: (address) => call('GET', address),
    put: (address, body) => call('PUT', address, body),
    post: (address, body) => call('POST', address, body),
    delete: (address) => call('DELETE', address),
  };
}

test('the first start brings the seed: six posts or more, in three categories, newest first', async (t) => {
  const api = await contentApi(t);

  const { status, body: posts } = await api.get('/posts');
  const { body: categories } = await api.get('/categories');

  assert.equal(status, 200);
  assert.ok(posts.length >= 6);
  assert.equal(categories.length, 3);
  const dates = posts.map((post) => post.publishedAt);
  assert.deepEqual(dates, dates.toSorted().reverse());
  for (const post of posts) {
    assert.ok(Number.isInteger(post.version) && post.title && post.excerpt && post.updatedAt, post.slug);
    assert.equal(post.body, undefined, 'a list goes without the bodies');
  }
});

test('a list can be narrowed to a category', async (t) => {
  const api = await contentApi(t);

  const { body: craft } = await api.get('/posts?category=craft');
  const { body: nothing } = await api.get('/posts?category=gardening');

  assert.ok(craft.some((post) => post.slug === 'hello-world'));
  assert.ok(craft.every((post) => post.category === 'craft'));
  assert.deepEqual(nothing, []);
});

test('given a post, when it is put, then its version is one higher and everything else stays', async (t) => {
  const api = await contentApi(t);
  const { body: before } = await api.get('/posts/hello-world');

  const { status, body: after } = await api.put('/posts/hello-world', { title: 'A new title' });

  assert.equal(status, 200);
  assert.deepEqual(after, {
    ...before,
    title: 'A new title',
    version: before.version + 1,
    updatedAt: NOW.toISOString(),
  });
  assert.deepEqual((await api.get('/posts/hello-world')).body, after);
});

test('given no such post, when it is put, then it is created at version 1 and published', async (t) => {
  const api = await contentApi(t);

  const { body } = await api.put('/posts/brand-new', { title: 'Brand new', category: 'craft', body: 'Words.' });

  assert.equal(body.version, 1);
  assert.equal(body.published, true);
  assert.equal((await api.get('/posts')).body[0].slug, 'brand-new');
});

test('a post that is put unpublished is a draft until it is published', async (t) => {
  const api = await contentApi(t);

  await api.put('/posts/draft', { title: 'Draft', category: 'craft', published: false });
  assert.equal((await api.get('/posts/draft')).status, 404);

  const { body } = await api.put('/posts/draft', { published: true });
  assert.equal(body.version, 2);
  assert.equal(body.publishedAt, NOW.toISOString());
  assert.equal((await api.get('/posts/draft')).status, 200);
});

test('given a post, when it is renamed, then the old address is gone and the version goes on', async (t) => {
  const api = await contentApi(t);
  const { body: before } = await api.get('/posts/hello-world');

  const { body: after } = await api.put('/posts/hello-world', { slug: 'hello-again' });

  assert.equal(after.version, before.version + 1);
  assert.equal((await api.get('/posts/hello-world')).status, 404);
  assert.equal((await api.get('/posts/hello-again')).body.title, before.title);
});

test('a post is not renamed over another one', async (t) => {
  const api = await contentApi(t);
  await api.put('/posts/other', { title: 'Other', category: 'craft' });

  const { status } = await api.put('/posts/hello-world', { slug: 'other' });

  assert.equal(status, 409);
  assert.equal((await api.get('/posts/other')).body.title, 'Other');
});

test('given a post, when it is edited twice, then it carries one dated sentence and is two versions on', async (t) => {
  const api = await contentApi(t);
  const { body: before } = await api.get('/posts/hello-world');

  await api.post('/posts/hello-world/edit');
  const { body: after } = await api.post('/posts/hello-world/edit');

  assert.equal(after.version, before.version + 2);
  assert.equal(after.body, `${before.body.trimEnd()}\n\n*Edited on 24 November 2026 at 22:14:05 UTC.*\n`);
});

test('given a post, when it is deleted, then it is unpublished and its version one higher', async (t) => {
  const api = await contentApi(t);
  const { body: before } = await api.get('/posts/hello-world');

  const { body: after } = await api.delete('/posts/hello-world');

  assert.equal(after.version, before.version + 1);
  assert.equal(after.published, false);
  assert.equal((await api.get('/posts/hello-world')).status, 404);
  assert.ok(!(await api.get('/posts')).body.some((post) => post.slug === 'hello-world'));
});

test('given an unpublished post, when it is published again, then it has its old place and date', async (t) => {
  const api = await contentApi(t);
  const { body: before } = await api.get('/posts/hello-world');

  await api.delete('/posts/hello-world');
  const { body: after } = await api.put('/posts/hello-world', { published: true });

  assert.equal(after.version, before.version + 2);
  assert.equal(after.publishedAt, before.publishedAt);
});

test('what was answered is in the file, and a new start reads it', async (t) => {
  const api = await contentApi(t);

  const { body } = await api.put('/posts/hello-world', { title: 'Kept' });

  assert.deepEqual(api.reopen().get('hello-world'), body);
  assert.deepEqual(fs.readdirSync(path.dirname(api.file)), ['posts.json'], 'no temporary file is left');
});

test('every refusal says what is wrong', async (t) => {
  const api = await contentApi(t);
  const refusals = [
    [await api.get('/posts/missing'), 404, /no post "missing"/],
    [await api.post('/posts/missing/edit'), 404, /no post "missing"/],
    [await api.delete('/posts/missing'), 404, /no post "missing"/],
    [await api.get('/nowhere'), 404, /nothing at \/nowhere/],
    [await api.get('/posts/%E0%A4%A'), 400, /not encoded/],
    [await api.post('/posts/hello-world', {}), 405, /takes GET, PUT, DELETE/],
    [await api.put('/posts/new', {}), 400, /needs a "title"/],
    [await api.put('/posts/hello-world', { colour: 'red' }), 400, /"colour" is not a field/],
    [await api.put('/posts/hello-world', { title: ' ' }), 400, /"title" must not be empty/],
    [await api.put('/posts/hello-world', { slug: 'a/b' }), 400, /"slug" must be letters/],
    [await api.put('/posts/hello-world', { version: 99 }), 400, /"version" is not a field/],
    [await api.put('/posts/hello-world', '{'), 400, /not JSON/],
    [await api.put('/posts/hello-world', '[]'), 400, /JSON object/],
    [await api.put('/posts/hello-world', { body: 'x'.repeat(300_000) }), 413, /262144 bytes/],
  ];

  for (const [{ status, body }, expected, message] of refusals) {
    assert.equal(status, expected, body.error);
    assert.match(body.error, message);
  }
  assert.equal((await api.get('/posts/hello-world')).body.version, 7, 'nothing was changed');
});

test('given a delay, when a post changes while an answer waits, then the answer holds what was read before', async (t) => {
  let waiting;
  const reachedTheDelay = new Promise((resolve) => (waiting = resolve));
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const delays = [];
  const api = await contentApi(t, {
    wait: (ms) => {
      delays.push(ms);
      waiting();
      return released;
    },
  });
  await api.post('/_test/delay', { ms: 500 });

  const answer = api.get('/posts/hello-world');
  await reachedTheDelay;
  const { body: changed } = await api.put('/posts/hello-world', { title: 'Changed meanwhile' });
  release();

  assert.equal((await answer).body.version, changed.version - 1);
  assert.deepEqual(delays, [500]);
});

test('given it fails, then every GET is a 503 and writing works, until it fails no more', async (t) => {
  const api = await contentApi(t);

  await api.post('/_test/fail', { failing: true });
  assert.equal((await api.get('/posts')).status, 503);
  assert.equal((await api.get('/health')).status, 503);
  assert.equal((await api.post('/posts/hello-world/edit')).status, 200);

  await api.post('/_test/fail', { failing: false });
  assert.equal((await api.get('/posts')).status, 200);
});

test('a reset brings the seed back and ends delay and failure', async (t) => {
  const api = await contentApi(t);
  await api.put('/posts/extra', { title: 'Extra', category: 'extra' });
  await api.post('/_test/delay', { ms: 500 });
  await api.post('/_test/fail', { failing: true });

  await api.post('/_test/reset');

  assert.equal((await api.get('/posts/extra')).status, 404);
  assert.equal((await api.get('/posts/hello-world')).body.version, 7);
});

test('given reads of posts, when asked, then they are counted, and the question is not', async (t) => {
  const api = await contentApi(t);
  await api.get('/posts');
  await api.get('/posts/hello-world');

  assert.deepEqual((await api.post('/_test/reads')).body, { reads: 2 });
  assert.deepEqual((await api.post('/_test/reads')).body, { reads: 2 });
});

test('the switches are there for tests only', async (t) => {
  const api = await contentApi(t, { testing: false });

  for (const name of ['delay', 'fail', 'reads', 'reset']) {
    assert.equal((await api.post(`/_test/${name}`, {})).status, 404);
  }
});
