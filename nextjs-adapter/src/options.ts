import type { Marker } from './read-marker.js';
import { shared } from './shared.js';

/** What a site can set. Each option has a default, most of them from the environment. */
export interface RevalidateOptions {
  /** The site's name at the worker. Default: `HANDSHAKE_SITE`, else `default`. */
  site?: string | undefined;
  /**
   * Verifies the worker's calls; 32 bytes or more, or several such by `kid`. Default: `REVALIDATION_SECRET`, and
   * `REVALIDATION_SECRET_PREVIOUS` beside it.
   */
  revalidationSecret?: string | Readonly<Record<string, string>> | undefined;
  /** Signs our calls to the worker; 32 bytes or more. Default: `CALLBACK_SECRET`. */
  callbackSecret?: string | undefined;
  /** Where the worker listens. Default: `WORKER_URL`. */
  workerUrl?: string | undefined;
  /** Where this very process listens. Default: `SELF_URL`, else `http://127.0.0.1:${PORT}`. */
  selfUrl?: string | undefined;
  /** That of `next.config`. Default: what Next.js was built with. */
  basePath?: string | undefined;
  /** That of `next.config`, from the directory the site runs in. Default: `.next`. */
  distDir?: string | undefined;
  /** Public path, `basePath` included, to route path; for rewrites. Default: takes the `basePath` away. */
  mapPath?: ((publicPath: string) => string) | undefined;
  /** Names this process. Default: `HOSTNAME`, else a random id. */
  replica?: string | undefined;
  /** Where the worker reaches this process. Default: `REPLICA_URL`, else its IPv4 address and port. */
  replicaUrl?: string | undefined;
  /** Names the build. Default: `BUILD_ID`, else what `next build` named it. */
  buildId?: string | undefined;
  /** When the build was made, RFC 3339. Default: `BUILD_TIME`, else what its files say. */
  buildTime?: string | undefined;
  /** How long a call tries to get stale pages fresh, in ms. Default: 20,000. */
  healBudgetMs?: number | undefined;
  /** How many pages are made and read at a time. Default: 7. */
  warmConcurrency?: number | undefined;
  /** Finds versions beside the markers, of an entry as `type:slug`. Default: none. */
  readVersions?: ((html: string, path: string) => readonly { entry: string; version: string }[]) | undefined;
  /** Takes single lines. Default: `console.warn`. */
  log?: ((line: string) => void) | undefined;
}

/**
 * A secret that is accepted now.
 *
 * @internal
 */
export interface LiveKey {
  /** The `kid` that a token names it by. Two may have the same. */
  readonly keyId: string;
  readonly key: Uint8Array;
  /** Where it was set, for errors. */
  readonly name: string;
}

/** @internal */
export type LiveKeys = readonly [LiveKey, ...LiveKey[]];

/**
 * Options that were found good, with every default filled in.
 *
 * @internal
 */
export interface Settings {
  readonly site: string;
  /** All that are accepted; the first signs our own calls to ourselves. */
  readonly revalidationKeys: LiveKeys;
  readonly callbackKey: Uint8Array;
  readonly workerUrl: string;
  readonly selfUrl: string;
  readonly basePath: string;
  readonly mapPath: (publicPath: string) => string;
  readonly replica: string;
  readonly buildId: string | null;
  readonly buildTime: string | null;
  readonly replicaUrl: string | null;
  readonly healBudgetMs: number;
  readonly warmConcurrency: number;
  readonly readVersions: (html: string, path: string) => readonly Marker[];
}

/**
 * Says which option cannot be used, and what would do.
 *
 * @internal
 */
export class OptionError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

const MIN_SECRET_BYTES = 32;
/** The `kid` of a secret that was given without one. */
const KEY_ID = 'revalidation';
/** In a container HOSTNAME is also where Next.js listens; such a value names no replica. */
const NOT_A_NAME = /^(0\.0\.0\.0|::|localhost|127\.0\.0\.1)?$/;

/**
 * @throws OptionError when an option is missing or cannot be used
 *
 * @internal
 */
export function resolveOptions(options: RevalidateOptions, env: Environment): Settings {
  const revalidationKeys = liveKeys(options.revalidationSecret, env);
  const callbackKey = secret('callbackSecret (CALLBACK_SECRET)', options.callbackSecret ?? env.CALLBACK_SECRET);
  const same = revalidationKeys.find(({ key }) => String(key) === String(callbackKey));
  if (same) {
    throw new OptionError(`callbackSecret (CALLBACK_SECRET) is the same as ${same.name}: each needs its own`);
  }
  const workerUrl = options.workerUrl ?? env.WORKER_URL;
  if (!workerUrl) {
    throw new OptionError('workerUrl (WORKER_URL) is missing');
  }
  const healBudgetMs = options.healBudgetMs ?? 20_000;
  if (!Number.isFinite(healBudgetMs) || healBudgetMs < 0) {
    throw new OptionError('healBudgetMs is no number');
  }
  const warmConcurrency = options.warmConcurrency ?? 7;
  if (!Number.isInteger(warmConcurrency) || warmConcurrency < 1) {
    throw new OptionError('warmConcurrency is no number above 0');
  }
  const basePath = options.basePath ?? '';
  if (!/^(\/.*[^/])?$/.test(basePath)) {
    throw new OptionError(`basePath is not like /docs: ${basePath}`);
  }
  const host = env.HOSTNAME ?? '';
  return {
    site: options.site ?? (env.HANDSHAKE_SITE || 'default'),
    revalidationKeys,
    callbackKey,
    workerUrl: httpUrl('workerUrl (WORKER_URL)', workerUrl),
    selfUrl: httpUrl('selfUrl (SELF_URL)', options.selfUrl ?? (env.SELF_URL || ownAddress(env))),
    basePath,
    mapPath: options.mapPath ?? ((path) => withoutBase(path, basePath)),
    replica: options.replica ?? (NOT_A_NAME.test(host) ? shared().name : host),
    buildId: options.buildId ?? (env.BUILD_ID || null),
    buildTime: options.buildTime ?? (env.BUILD_TIME || null),
    replicaUrl: options.replicaUrl ?? (env.REPLICA_URL || null),
    healBudgetMs,
    warmConcurrency,
    readVersions: options.readVersions ?? (() => []),
  };
}

function withoutBase(path: string, basePath: string): string {
  return path === basePath || path.startsWith(`${basePath}/`) ? path.slice(basePath.length) || '/' : path;
}

function ownAddress(env: Environment): string {
  return `http://127.0.0.1:${env.PORT || '3000'}`;
}

/** What the options say counts alone; the previous secret is the environment's, beside the environment's own. */
function liveKeys(given: RevalidateOptions['revalidationSecret'], env: Environment): LiveKeys {
  if (typeof given === 'object') {
    const [first, ...others] = Object.entries(given).map(([keyId, text]) =>
      liveKey(keyId, `revalidationSecret['${keyId}']`, text),
    );
    if (!first) {
      throw new OptionError('revalidationSecret is empty');
    }
    return [first, ...others];
  }
  const current = liveKey(KEY_ID, 'revalidationSecret (REVALIDATION_SECRET)', given ?? env.REVALIDATION_SECRET);
  const previous = given === undefined && env.REVALIDATION_SECRET_PREVIOUS;
  // Under the same kid: a worker that gets a new secret may well keep its kid.
  return previous ? [current, liveKey(KEY_ID, 'REVALIDATION_SECRET_PREVIOUS', previous)] : [current];
}

function liveKey(keyId: string, name: string, text: string | undefined): LiveKey {
  return { keyId, name, key: secret(name, text) };
}

function secret(name: string, text: string | undefined): Uint8Array {
  if (!text) {
    throw new OptionError(`${name} is missing: make one with \`openssl rand -hex 32\``);
  }
  const bytes = new TextEncoder().encode(text);
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new OptionError(`${name} has ${bytes.length} bytes and needs ${MIN_SECRET_BYTES}`);
  }
  return bytes;
}

function httpUrl(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new OptionError(`${name} is no http(s) URL: ${text}`);
  }
  return text.replace(/\/+$/, '');
}
