import type { Mark, Mode, PathType } from './site.js';
import { normalisePath, type PagePath, type RefusedPath } from './normalise-path.js';
import { versionOf } from './version.js';

/** One handshake: a change of one entry, and the pages it touches. */
export interface Handshake {
  readonly id: string;
  readonly type: string;
  readonly slug: string;
  /** The slug before a rename, null without one. */
  readonly previousSlug: string | null;
  /** Null when there is nothing to prove by. */
  readonly version: string | null;
  /** The change takes the entry off the site. */
  readonly removes: boolean;
  readonly mode: Mode;
  /** Every path once, the primary one first. Never empty. */
  readonly paths: readonly (PagePath | RefusedPath)[];
  readonly tags: readonly string[];
}

/** What a call asks for. */
export type Call =
  | {
      readonly form: 'batch';
      readonly subject: string;
      /** What the worker calls us. */
      readonly target: string | null;
      /** Another process invalidates, in a cache that this one shares. */
      readonly verifyOnly: boolean;
      readonly handshakes: readonly Handshake[];
    }
  | { readonly form: 'single'; readonly subject: string; readonly handshakes: readonly [Handshake] }
  | { readonly form: 'heal'; readonly marks: readonly Mark[] }
  | { readonly form: 'hello' };

/** The body is not what the protocol says it is. */
export class MalformedError extends Error {}

type Json = Readonly<Record<string, unknown>>;

/** @throws MalformedError */
export function readCall(body: Uint8Array): Call {
  const call = parse(body);
  if ('heal' in call) {
    // Signed by ourselves, so it is what we wrote.
    return { form: 'heal', marks: list(call.heal) as Mark[] };
  }
  if ('hello' in call) {
    return { form: 'hello' };
  }
  if (!('batch_id' in call) && !('handshakes' in call)) {
    const job = handshake(call, 'the body', touchedBy);
    return { form: 'single', subject: job.id, handshakes: [job] };
  }
  if (!Array.isArray(call.handshakes)) {
    throw new MalformedError('the body has no list "handshakes"');
  }
  return {
    form: 'batch',
    subject: text(call, 'batch_id', 'the body'),
    target: typeof call.target === 'string' ? call.target : null,
    verifyOnly: call.verify_only === true,
    handshakes: call.handshakes.map((job, index) => {
      if (!isObject(job)) {
        throw new MalformedError(`handshakes[${index}] is no JSON object`);
      }
      return withMode(handshake(job, `handshakes[${index}]`, workedOut), job.mode);
    }),
  };
}

function handshake(job: Json, where: string, pathsOf: typeof touchedBy): Handshake {
  const [type, slug] = [text(job, 'type', where), text(job, 'slug', where)];
  const removes = job.action === 'unpublished' || job.action === 'deleted';
  return {
    id: text(job, 'revalidation_id', where),
    type,
    slug,
    previousSlug: typeof job.previous_slug === 'string' ? job.previous_slug : null,
    version: versionOf(job.version),
    removes,
    mode: removes ? 'expire' : 'refresh',
    paths: distinct(pathsOf(job, type, slug)),
    tags: [...new Set(texts(job.tags))],
  };
}

/** A job that others pushed may mean something else by it. */
function withMode(handshake: Handshake, mode: unknown): Handshake {
  return mode === 'refresh' || mode === 'expire' ? { ...handshake, mode } : handshake;
}

/** In a batch the worker has worked the paths out, by its own settings; they are taken as they are. */
function workedOut(job: Json, type: string, slug: string): (PagePath | RefusedPath)[] {
  const paths = list(job.paths).map(requestedPath);
  return paths.length > 0 ? paths : touchedBy(job, type, slug);
}

/** The `paths`, the primary one first; a job that names none has its entry's own page. */
function touchedBy(job: Json, type: string, slug: string): (PagePath | RefusedPath)[] {
  const paths = list(job.paths).map(requestedPath);
  const previous = job.previous_slug;
  return [
    ...(paths.length > 0 ? paths : [pageOf(type, slug)]),
    ...(typeof previous === 'string' ? [pageOf(type, previous)] : []),
    ...texts(job.dependencies).map((path) => normalisePath(path)),
  ];
}

function pageOf(type: string, slug: string): PagePath | RefusedPath {
  const own = normalisePath(slug);
  if ('refused' in own) {
    return own;
  }
  return own.value === '/'
    ? { value: slug, refused: 'is no slug' }
    : normalisePath(`${type === 'post' ? '/blog' : `/${type}`}/${slug}`);
}

export function requestedPath(entry: unknown): PagePath | RefusedPath {
  if (typeof entry === 'string') {
    return normalisePath(entry);
  }
  if (isObject(entry) && typeof entry.path === 'string') {
    return normalisePath(entry.path, pathType(entry.type));
  }
  return { value: JSON.stringify(entry), refused: 'is not a path' };
}

function distinct(paths: readonly (PagePath | RefusedPath)[]): (PagePath | RefusedPath)[] {
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

function pathType(value: unknown): PathType | undefined {
  return value === 'page' || value === 'layout' ? value : undefined;
}

function parse(body: Uint8Array): Json {
  let value: unknown;
  try {
    value = JSON.parse(bigIntegersAsText(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch {
    throw new MalformedError('the body is no JSON');
  }
  if (!isObject(value)) {
    throw new MalformedError('the body is no JSON object');
  }
  return value;
}

/** A version may have more digits than a JavaScript number holds. */
function bigIntegersAsText(json: string): string {
  return /\d{16}/.test(json)
    ? json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
        /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
      )
    : json;
}

function text(object: Json, field: string, where: string): string {
  const value = object[field];
  if (typeof value !== 'string' || value === '') {
    throw new MalformedError(`${where} has no text "${field}"`);
  }
  return value;
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of what may be a list. */
export function texts(value: unknown): string[] {
  return list(value).filter((entry) => typeof entry === 'string');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
