import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readMarkers } from '../src/read-marker.js';
import { isAtLeast, versionOf } from '../src/version.js';
import { looksInTurn } from '../src/look-in-turn.js';
import type { Sight } from '../src/look.js';
import { gate, logTo } from '../src/site.js';

describe('markers', () => {
  for (const [what, html, found] of [
    ['as React writes it', '<meta name="content-version" content="post:a@7"/>', ['post:a@7']],
    ['in another order, quotes and case', "<META  content='post:a@7'\n NAME=content-version >", ['post:a@7']],
    ['without quotes', '<meta name=content-version content=post:a@7>', ['post:a@7']],
    ['with entities', '<meta name="content-version" content="post:a&amp;b&#x27;&#39;@7"/>', ["post:a&b''@7"]],
    [
      'several, between comments',
      '<li><!-- --><meta name="content-version" content="post:a@7"/><!-- -->x<meta name="content-version" content="post:b@2026-01-01T00:00:00Z"/>',
      ['post:a@7', 'post:b@2026-01-01T00:00:00Z'],
    ],
    ['a slug with an @', '<meta name="content-version" content="author:@me@7"/>', ['author:@me@7']],
    ['a > in another attribute', '<meta data-x="a>b" name="content-version" content="post:a@7">', ['post:a@7']],
    ['in a comment', '<!-- <meta name="content-version" content="post:a@7"/> -->', []],
    ['in a script', '<script>x = \'<meta name="content-version" content="post:a@7">\'</script><p>', []],
    ['in an unclosed comment', '<!-- <meta name="content-version" content="post:a@7"/>', []],
    [
      'without a version',
      '<meta name="content-version" content="post:a@"/><meta name="content-version" content="7"/>',
      [],
    ],
    [
      'of another name',
      '<meta name="description" content="post:a@7"/><metal name="content-version" content="post:a@7"/>',
      [],
    ],
    ['cut off', '<meta name="content-version" content="post:a@7', []],
    ['beside a lonely <', 'a < b <3 <meta name="content-version" content="post:a@7"/>', ['post:a@7']],
  ] as const) {
    test(`given a marker ${what}, when read, then ${found.length} found`, () => {
      assert.deepEqual(
        readMarkers(html).map(({ entry, version }) => `${entry}@${version}`),
        found,
      );
    });
  }

  test('given a hostile page of 2 MiB, when read, then it takes no time to speak of', () => {
    for (const piece of ['<meta a="', '<script>', '<!--', '</', '<meta ', '< ']) {
      const started = performance.now();
      readMarkers(piece.repeat(Math.ceil((2 << 20) / piece.length)));
      assert.ok(performance.now() - started < 2_000, piece);
    }
  });
});

describe('versions', () => {
  for (const [seen, wanted, enough] of [
    ['7', '7', true],
    ['10', '9', true],
    ['9', '10', false],
    ['90071992547409930', '90071992547409931', false],
    ['2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z', true],
    ['2026-01-01T00:00:00.000000001Z', '2026-01-01T00:00:00.000000002Z', false],
    ['2026-01-02 00:00:00z', '2026-01-01T00:00:00Z', true],
    ['abc', 'abc', true],
    ['abd', 'abc', false],
    ['7', 'abc', false],
    ['2026-01-01T00:00:00Z', '7', false],
    ['2026-13-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
    ['2026-02-30T00:00:00Z', '2026-02-30T00:00:00Z', true],
  ] as const) {
    test(`given ${wanted} is wanted, when ${seen} is seen, then that is ${enough ? 'enough' : 'too old'}`, () => {
      assert.equal(isAtLeast(seen, wanted), enough);
    });
  }

  test('given a version of the wrong form, when read, then it is none', () => {
    assert.deepEqual([1.5, true, {}, '', 'a\nb', 'x'.repeat(201), null, undefined].map(versionOf), Array(8).fill(null));
  });
});

test('given a gate of two, when one work fails, then the next one still gets its turn', async () => {
  const through = gate(2);
  const works = [1, 2, 3, 4].map((index) =>
    through(() => (index === 1 ? Promise.reject(new Error('no')) : Promise.resolve(index))),
  );
  assert.deepEqual(
    (await Promise.allSettled(works)).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
});

test('given a text with line breaks, when logged, then it is one line', () => {
  const lines: string[] = [];
  logTo((line) => lines.push(line))('a\r\nb');
  assert.deepEqual(lines, ['cache-handshake a b']);
});

describe('looks in turn', () => {
  const READ: Sight = { status: 200, markers: [] };
  const SILENT: Sight = { unread: 'timed out' };
  const turns = () => new Promise((resolve) => setImmediate(resolve));

  /** Starts a look that ends when it is told to. */
  function starting(inTurn: ReturnType<typeof looksInTurn>, path: string) {
    const one: { running: boolean; end?: (sight: Sight) => void } = { running: false };
    const done = inTurn(path, () => {
      one.running = true;
      return new Promise<Sight>((resolve) => (one.end = resolve));
    });
    return Object.assign(one, { done });
  }

  test('given many looks at a page that hangs, when others come, then they find a place', async () => {
    const inTurn = looksInTurn(7);
    await inTurn('/hangs', () => Promise.resolve(SILENT));
    const hanging = Array.from({ length: 10 }, () => starting(inTurn, '/hangs'));
    const healthy = Array.from({ length: 6 }, (_, at) => starting(inTurn, `/healthy-${at}`));
    await turns();
    assert.equal(hanging.filter(({ running }) => running).length, 2);
    assert.equal(healthy.filter(({ running }) => running).length, 5);
  });

  test('given a page that hung, when it answers, then it is looked at as the others are', async () => {
    const inTurn = looksInTurn(7);
    await inTurn('/page', () => Promise.resolve(SILENT));
    await inTurn('/page', () => Promise.resolve(READ));
    const looks = Array.from({ length: 8 }, () => starting(inTurn, '/page'));
    await turns();
    assert.equal(looks.filter(({ running }) => running).length, 7);
    looks[0]?.end?.(READ);
    await turns();
    assert.equal(looks.filter(({ running }) => running).length, 8);
  });
});
