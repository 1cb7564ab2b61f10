import { networkInterfaces } from 'node:os';
import type { RevalidateOptions } from './options.js';
import { readBuild } from './read-build.js';
import { logTo, type Router, type Site } from './site.js';

/** The world as it is, but for the router. */
export function worldOf(options: RevalidateOptions): Omit<Site, keyof Router | 'after'> {
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
      options.log ??
        ((line) => {
          console.warn(line);
        }),
    ),
    build: readBuild(options.distDir ?? '.next'),
    address: () => {
      const addresses = Object.values(networkInterfaces()).flat();
      const outside = addresses.find((one) => one?.family === 'IPv4' && !one.internal)?.address;
      return outside && process.env.PORT ? `http://${outside}:${process.env.PORT}` : null;
    },
  };
}

/** What Next.js was built with: it writes the value in the place of this very text, and no variable is there at run time. */
export const BASE_PATH = process.env.__NEXT_ROUTER_BASEPATH;
