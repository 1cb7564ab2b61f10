import { createElement, type ReactElement } from 'react';
import { versionOf } from './version.js';

/** Which entry a page shows, and at which version. */
export interface ContentVersionProps {
  /** The entry's type, as it is published. */
  type: string;
  /** The entry's slug, as it is published. */
  slug: string;
  /** A whole number, an RFC 3339 time, or another text of at most 200 characters, without an `@`. */
  version: number | string;
}

/**
 * Says in the page which version of an entry it shows. React 19 moves it into the head; in the Pages Router put it into
 * `next/head`.
 *
 * @throws TypeError when it could not be read back from the page
 */
export function ContentVersion({ type, slug, version }: ContentVersionProps): ReactElement {
  const text = versionOf(version);
  // The version is what follows the last @, and blanks at either end are not read.
  if (!type || !slug || text === null || text.includes('@') || `${type}${text}`.trim() !== type + text) {
    throw new TypeError(
      `ContentVersion cannot say ${JSON.stringify({ type, slug, version })}: version is a whole number or a text of 1 to 200 ` +
        'characters, without @ or blanks around it',
    );
  }
  const content = `${type}:${slug}@${text}`;
  // Of several with the same name and no key, next/head keeps one.
  return createElement('meta', { key: content, name: 'content-version', content });
}
