import { revalidatePath, revalidateTag } from 'next/cache.js';
import { after, connection } from 'next/server.js';
import { createHandler } from './handler.js';
import type { RevalidateOptions } from './options.js';
import { settingsFrom } from './plain-world.js';
import { readiness } from './readiness.js';
import type { Mark, Site } from './site.js';
import { worldOf } from './world.js';

export type { RevalidateOptions } from './options.js';

/** Next.js 15 takes the tag alone, and expires it; Next.js 16 wants to know when it expires. */
const revalidateTagIn = revalidateTag as (tag: string, profile: 'max' | { expire: number }) => void;

/**
 * Makes the route that the worker calls, such as `app/api/revalidate/route.ts`. Options are looked at when the first call
 * arrives, so `next build` needs no secrets.
 */
export function createRevalidateHandler(options: RevalidateOptions = {}): (request: Request) => Promise<Response> {
  const handle = createHandler(() => settingsFrom(options));
  const site: Site = { ...worldOf(options), mark, remake: null, pathsOfTag: null, after };
  return (request) => handle(request, site);
}

/** Makes the route that answers 200 once this process has caught up with what it missed, and 503 before. */
export function createReadinessHandler(options: RevalidateOptions = {}): () => Promise<Response> {
  const answer = readiness(() => settingsFrom(options), worldOf(options));
  return async () => {
    // Or a build with cache components would make the answer once and for all.
    await connection();
    return answer();
  };
}

function mark(it: Mark): void {
  if ('tag' in it) {
    revalidateTagIn(it.tag, it.mode === 'refresh' ? 'max' : { expire: 0 });
  } else if (it.mode === 'expire' || revalidateTag.length < 2) {
    revalidatePath(it.path, it.type);
  } else {
    // What revalidatePath marks is a tag, and as one it can be marked softly.
    const path = it.path.replace(/(.)\/$/, '$1');
    const tag = `_N_T_${path}${it.type ? `${path === '/' ? '' : '/'}${it.type}` : ''}`;
    revalidateTagIn(tag, 'max');
    if (tag === '_N_T_/') {
      revalidateTagIn('_N_T_/index', 'max');
    }
  }
}
