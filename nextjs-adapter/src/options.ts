import { randomUUID } from 'node:crypto';

/** What a site can set. Each option has a default, most of them from the environment. */
export interface RevalidateOptions {
  /** The site's name, as the worker knows it. Default: `HANDSHAKE_SITE`, else `default`. */
  site?: string | undefined;
  /** Verifies the worker's calls; 32 bytes or more. Default: `REVALIDATION_SECRET`. */
  revalidationSecret?: string | undefined;
  /** Signs our callbacks; 32 bytes or more, and another one. Default: `CALLBACK_SECRET`. */
  callbackSecret?: string | undefined;
  /** Where the worker listens, such as `http://worker:8081`. Default: `WORKER_URL`. */
  workerUrl?: string | undefined;
  /**
   * Where this very process listens; pages are read from here. Default: `SELF_URL`, else `http://127.0.0.1:${PORT}`.
   * Never taken from the request, which says whatever a proxy or a caller put there.
   */
  selfUrl?: string | undefined;
  /** The `basePath` of `next.config`. Default: what Next.js was built with. */
  basePath?: string | undefined;
  /**
   * Turns the path that visitors ask for, `basePath` included, into the path of the route that renders it. Needed with
   * rewrites, for Next.js silently ignores the former. Default: takes the `basePath` away.
   */
  mapPath?: ((publicPath: string) => string) | undefined;
  /** Names this process in answers and callbacks. Default: `HOSTNAME`, else a random id. */
  replica?: string | undefined;
  /** Names the build that is running. Default: `BUILD_ID`, else nothing. */
  buildId?: string | undefined;
  /** How long stale pages are invalidated and read again before we give up, in ms. Default: 20,000. */
  healBudgetMs?: number | undefined;
  /** Takes our few log lines. Default: `console.warn`. */
  log?: ((line: string) => void) | undefined;
}

/**
 * Options that were found good, with every default filled in.
 *
 * @internal
 */
export interface Settings {
  readonly site: string;
  readonly revalidationKey: Uint8Array;
  readonly callbackKey: Uint8Array;
  readonly callbackUrl: string;
  readonly selfUrl: string;
  readonly basePath: string;
  readonly mapPath: (publicPath: string) => string;
  readonly replica: string;
  readonly buildId: string | null;
  readonly healBudgetMs: number;
}

/**
 * Says which option cannot be used, and what would do.
 *
 * @internal
 */
export class OptionError extends Error {
  override name = 'OptionError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const MIN_SECRET_BYTES = 32;
/** In a container HOSTNAME is also where Next.js listens; such a value names no replica. */
const NOT_A_NAME = /^(0\.0\.0\.0|::|localhost|127\.0\.0\.1)?$/;

/**
 * @throws OptionError when an option is missing or cannot be used
 *
 * @internal
 */
export function resolveOptions(options: RevalidateOptions, env: Environment): Settings {
  const revalidationKey = secret('revalidationSecret', 'REVALIDATION_SECRET', options.revalidationSecret, env);
  const callbackKey = secret('callbackSecret', 'CALLBACK_SECRET', options.callbackSecret, env);
  if (Buffer.compare(revalidationKey, callbackKey) === 0) {
    throw new OptionError('callbackSecret (CALLBACK_SECRET) is the same as REVALIDATION_SECRET: each needs its own');
  }
  const workerUrl = options.workerUrl ?? env.WORKER_URL;
  if (!workerUrl) {
    throw new OptionError('workerUrl (WORKER_URL) is missing: where does the worker listen?');
  }
  const healBudgetMs = options.healBudgetMs ?? 20_000;
  if (!Number.isFinite(healBudgetMs) || healBudgetMs < 0) {
    throw new OptionError('healBudgetMs is no number of milliseconds');
  }
  const basePath = options.basePath ?? '';
  if (!/^(\/.*[^/])?$/.test(basePath)) {
    throw new OptionError(`basePath begins with a slash and ends without one: ${basePath}`);
  }
  const host = env.HOSTNAME ?? '';
  return {
    site: options.site ?? (env.HANDSHAKE_SITE || 'default'),
    revalidationKey,
    callbackKey,
    callbackUrl: `${httpUrl('workerUrl (WORKER_URL)', workerUrl)}/api/revalidation/complete`,
    selfUrl: httpUrl('selfUrl (SELF_URL)', options.selfUrl ?? (env.SELF_URL || ownAddress(env))),
    basePath,
    mapPath: options.mapPath ?? ((path) => withoutBase(path, basePath)),
    replica: options.replica ?? (NOT_A_NAME.test(host) ? randomUUID().slice(0, 8) : host),
    buildId: options.buildId ?? (env.BUILD_ID || null),
    healBudgetMs,
  };
}

function withoutBase(path: string, basePath: string): string {
  return path === basePath || path.startsWith(`${basePath}/`) ? path.slice(basePath.length) || '/' : path;
}

function ownAddress(env: Environment): string {
  return `http://127.0.0.1:${env.PORT || '3000'}`;
}

function secret(option: string, variable: string, given: string | undefined, env: Environment): Uint8Array {
  const text = given ?? env[variable];
  if (!text) {
    throw new OptionError(`${option} (${variable}) is missing: make one with \`openssl rand -hex 32\``);
  }
  const bytes = new TextEncoder().encode(text);
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new OptionError(
      `${option} (${variable}) has ${bytes.length} bytes and needs ${MIN_SECRET_BYTES}: make one with \`openssl rand -hex 32\``,
    );
  }
  return bytes;
}

function httpUrl(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new OptionError(`${name} is no http(s) URL: ${text}`);
  }
  return text.replace(/\/+$/, '');
}
