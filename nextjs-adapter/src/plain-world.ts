import { resolveOptions, type RevalidateOptions, type Settings } from './options.js';
import { logTo, type Site } from './site.js';

/** The world as it is wherever JavaScript runs. */
export function plainWorld({ log }: RevalidateOptions): Pick<Site, 'fetch' | 'now' | 'sleep' | 'timeout' | 'log'> {
  return {
    // Next.js patches fetch, and must answer none of ours from its data cache.
    fetch: (url, init) => fetch(url, { ...init, cache: 'no-store' } as RequestInit),
    now: Date.now,
    sleep: (ms) =>
      new Promise((resolve) => {
        setTimeout(resolve, ms);
      }),
    // Anything but a whole number of 31 bits would throw, or fire at once.
    timeout: (ms) => AbortSignal.timeout(Math.min(Math.ceil(ms), 2 ** 31 - 1)),
    log: logTo(
      log ??
        ((line) => {
          console.warn(line);
        }),
    ),
  };
}

/** Settings from options, the environment and what Next.js was built with. */
export function settingsFrom(options: RevalidateOptions): Settings {
  // Next.js writes the value in the place of this very text when it builds; there is no such variable at run time.
  const basePath = options.basePath ?? process.env.__NEXT_ROUTER_BASEPATH;
  return resolveOptions({ ...options, basePath }, process.env);
}
