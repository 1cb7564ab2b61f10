import { networkInterfaces } from 'node:os';
import type { RevalidateOptions } from './options.js';
import { plainWorld } from './plain-world.js';
import { readBuild } from './read-build.js';
import type { Router, Site } from './site.js';

/** The world as it is, but for the router. */
export function worldOf(options: RevalidateOptions): Omit<Site, keyof Router | 'after'> {
  return {
    ...plainWorld(options),
    build: readBuild(options.distDir ?? '.next'),
    ownUrl: () => {
      const addresses = Object.values(networkInterfaces()).flat();
      const outside = addresses.find((one) => one?.family === 'IPv4' && !one.internal)?.address;
      return outside && process.env.PORT ? `http://${outside}:${process.env.PORT}` : null;
    },
  };
}
