import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { ContentVersion, type ContentVersionProps } from '../src/content-version.js';
import { readMarkers } from '../src/read-marker.js';

const html = (props: ContentVersionProps) => renderToStaticMarkup(createElement(ContentVersion, props));

describe('the content version of a page', () => {
  test('given an entry, when rendered, then it is the meta tag alone', () => {
    assert.equal(html({ type: 'post', slug: 'a', version: 7 }), '<meta name="content-version" content="post:a@7"/>');
  });

  // Elements of the same name are told apart by their keys there, and of those without one only one stays.
  test('given a list of the Pages Router, when its head is reduced, then it still shows every entry', () => {
    const keys = ['a', 'b'].map((slug) => ContentVersion({ type: 'post', slug, version: 7 }).key);

    assert.deepEqual(keys, ['post:a@7', 'post:b@7']);
  });

  for (const [type, slug, version] of [
    ['post', 'a', 7],
    ['post', 'a', 0],
    ['post', 'a', '90071992547409931'],
    ['post', 'a', '2026-01-01T00:00:00Z'],
    ['post', 'a', 'a "b" & <c>'],
    ['author', '@me@home', 7],
    ["o'clock", 'blog/é ü', 7],
    ['post', 'a', 'x'.repeat(200)],
  ] as const) {
    test(`given ${type}:${slug} at ${String(version).slice(0, 20)}, when rendered, then it is read back as it was`, () => {
      assert.deepEqual(readMarkers(html({ type, slug, version })), [
        { entry: `${type}:${slug}`, version: `${version}` },
      ]);
    });
  }

  for (const [what, props] of [
    ['a version with an @', { version: 'a@b' }],
    ['an empty version', { version: '' }],
    ['a version with a blank at its end', { version: '7 ' }],
    ['a version with a line break', { version: 'a\nb' }],
    ['a version of 201 characters', { version: 'x'.repeat(201) }],
    ['a version that is no whole number', { version: 1.5 }],
    ['no number', { version: NaN }],
    ['a number that JavaScript cannot hold', { version: 2 ** 53 }],
    ['no version', { version: undefined }],
    ['an empty type', { type: '' }],
    ['a type with a blank before it', { type: ' post' }],
    ['an empty slug', { slug: '' }],
  ] as [string, object][]) {
    test(`given ${what}, when rendered, then an error says what would do`, () => {
      assert.throws(() => html({ type: 'post', slug: 'a', version: 7, ...props }), {
        name: 'TypeError',
        message: /^ContentVersion cannot say \{"type":.* version is a whole number or a text of 1 to 200/,
      });
    });
  }
});
