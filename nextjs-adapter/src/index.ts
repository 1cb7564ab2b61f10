import { revalidatePath, revalidateTag } from 'next/cache.js';
import { after } from 'next/server.js';
import { createHandler } from './handler.js';
import { resolveOptions, type RevalidateOptions } from './options.js';
import { logTo } from './site.js';

export type { RevalidateOptions } from './options.js';

/** Next.js 15 takes the tag alone, Next.js 16 wants to know when it expires. */
const expireTag = revalidateTag as (tag: string, profile: { expire: number }) => void;

/** A property that Node's types do not know. */
function uncached(init: RequestInit): RequestInit {
  return { ...init, cache: 'no-store' } as RequestInit;
}

/**
 * Makes the route handler that Cache Handshake's worker calls.
 *
 * It invalidates what changed, reads the touched pages, invalidates again what is still stale, and calls the worker back
 * with what it saw. Options are looked at when the first call arrives, so `next build` needs no secrets.
 *
 * @example
 * ```ts
 * // app/api/revalidate/route.ts
 * import { createRevalidateHandler } from '@cache-handshake/next';
 *
 * export const POST = createRevalidateHandler();
 * ```
 */
export function createRevalidateHandler(options: RevalidateOptions = {}): (request: Request) => Promise<Response> {
  // Next.js writes the value in the place of this very text when it builds; there is no such variable at run time.
  const basePath = options.basePath ?? process.env.__NEXT_ROUTER_BASEPATH;
  return createHandler(() => resolveOptions({ ...options, basePath }, process.env), {
    revalidatePath: (path, type) => {
      revalidatePath(path, type);
    },
    revalidateTag: (tag) => {
      expireTag(tag, { expire: 0 });
    },
    after: (work) => {
      after(work);
    },
    // Next.js patches fetch, and must answer none of ours from its data cache.
    fetch: (url, init) => fetch(url, uncached(init)),
    now: Date.now,
    sleep: (ms) =>
      new Promise((resolve) => {
        setTimeout(resolve, ms);
      }),
    // Anything but a whole number of 31 bits would throw, or fire at once.
    timeout: (ms) => AbortSignal.timeout(Math.min(Math.ceil(ms), 2 ** 31 - 1)),
    log: logTo(
      options.log ??
        ((line) => {
          console.warn(line);
        }),
    ),
  });
}
