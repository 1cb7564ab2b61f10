import type { PathType } from './site.js';

/** A path in the form that `revalidatePath` has an effect on: decoded, no query, one leading slash. */
export interface PagePath {
  readonly value: string;
  readonly type?: PathType;
  /** A pattern names many pages, so no one page can be read to prove it. */
  readonly isPattern: boolean;
}

/** A path that Next.js would ignore without a word. */
export interface RefusedPath {
  readonly value: string;
  /** Follows the path in a sentence: `is a full URL: …`. */
  readonly refused: string;
}

/** Next.js ignores longer ones with a line in its log. */
const MAX_LENGTH = 1024;
const FULL_URL = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;
const ROUTE_PATTERN = /\[[^/]*\]/;

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Normalises a path, or says why it cannot be one. Never throws. */
export function normalisePath(text: string, type?: PathType): PagePath | RefusedPath {
  if (FULL_URL.test(text)) {
    return { value: text, refused: 'is a full URL: send the path alone' };
  }
  const value = `/${decode(text.replace(/[?#].*$/s, '')).replace(/^\/+/, '')}`;
  if (CONTROL.test(value)) {
    return { value: text, refused: 'holds a control character' };
  }
  if (!value.isWellFormed()) {
    return { value: text, refused: 'holds half a character' };
  }
  if (value.split('/').includes('..')) {
    return { value: text, refused: 'holds a ".." segment' };
  }
  const ignored = whyIgnored(value);
  if (ignored !== null) {
    return { value: text, refused: ignored };
  }
  const pattern = ROUTE_PATTERN.test(value);
  if (pattern && type === undefined) {
    return {
      value: text,
      refused: 'is a route pattern without its type',
    };
  }
  return { value, isPattern: pattern, ...(type && { type }) };
}

/** What Next.js does not take, of a path that is one. */
export function whyIgnored(path: string): string | null {
  if (path.includes(',')) {
    return 'holds a comma';
  }
  if (path.length > MAX_LENGTH) {
    return `has ${path.length} characters, of at most ${MAX_LENGTH}`;
  }
  return null;
}

/** Decodes once; a text that is no well-formed percent-encoded UTF-8 is taken literally. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
