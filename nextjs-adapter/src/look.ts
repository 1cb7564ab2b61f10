import { readBody } from './read-body.js';
import { readMarkers, type Marker } from './read-marker.js';
import type { Settings } from './options.js';
import { routeOf } from './revalidate.js';
import { aborted, wordsOf, type Site } from './site.js';
import { versionOf } from './version.js';

/** A page as it stood when it was read; or why it could not be read. */
export type Sight =
  | {
      readonly status: number;
      readonly markers: readonly Marker[];
      /** What came of making it anew, where that failed: the page is the old one then. */
      readonly notRemade?: Broken;
    }
  | { readonly unread: string };

/** A status of 500 or more, or the words of an answer that never came. */
export type Broken = { readonly status: number } | { readonly unread: string };

type World = Pick<Site, 'fetch' | 'timeout' | 'sleep' | 'build' | 'remake'>;

const LONGEST_LOOK_MS = 10_000;
const PAGE_LIMIT = 2 * 1024 * 1024;
/** A page that Next.js makes in the background is there soon after it has served the old one. */
const BACKGROUND_MS = 40;

/**
 * Reads one page of this very process as a visitor would, in no more than the time that is left. Never throws.
 *
 * @param notRemade what came of making it anew before
 */
export async function look(
  path: string,
  notRemade: Broken | null,
  leftMs: number,
  settings: Settings,
  site: World,
): Promise<Sight> {
  try {
    const signal = site.timeout(Math.min(LONGEST_LOOK_MS, Math.max(leftMs, 1)));
    const response = await visit(settings.selfUrl + encodePath(path), { signal }, site);
    const html = new TextDecoder().decode((await readBody(response.body, PAGE_LIMIT, true)) ?? undefined);
    const found = settings.readVersions(html, path).filter(({ version }) => versionOf(version) !== null);
    return { status: response.status, markers: [...readMarkers(html), ...found], ...(notRemade && { notRemade }) };
  } catch (thrown) {
    return { unread: wordsOf(thrown) };
  }
}

/** Makes a page anew, as `res.revalidate` does. The old one stays where that fails. Null when it went well. */
export async function remake(path: string, leftMs: number, settings: Settings, site: World): Promise<Broken | null> {
  try {
    const signal = site.timeout(Math.min(LONGEST_LOOK_MS, Math.max(leftMs, 1)));
    const route = settings.basePath + routeOf(path, settings.mapPath).replace(/^\/$/, settings.basePath ? '' : '/');
    if (site.remake) {
      const over = aborted(signal).then(() => {
        throw new Error('it takes too long');
      });
      await Promise.race([site.remake(encodePath(route)), over]);
      return null;
    }
    const id = site.build().previewModeId;
    const init = id === null ? {} : { method: 'HEAD', headers: { 'x-prerender-revalidate': id } };
    const response = await visit(settings.selfUrl + encodePath(route), { ...init, signal }, site);
    await response.body?.cancel();
    const cache = response.headers.get('x-nextjs-cache');
    if (id === null && cache === 'STALE') {
      await site.sleep(BACKGROUND_MS);
    }
    return response.status >= 500 ? { status: response.status } : null;
  } catch (thrown) {
    const words = wordsOf(thrown);
    const status = Number(/Invalid response (\d+)/.exec(words)?.[1] ?? 0);
    return status === 0 || status >= 500 ? (status ? { status } : { unread: words }) : null;
  }
}

async function visit(
  url: string,
  init: { method?: string; headers?: Record<string, string>; signal: AbortSignal },
  site: Pick<Site, 'fetch'>,
): Promise<Response> {
  const get = (at: string) =>
    site.fetch(at, {
      redirect: 'manual',
      ...init,
      headers: { accept: 'text/html', 'accept-encoding': 'identity', 'x-cache-handshake': 'verify', ...init.headers },
    });
  const response = await get(url);
  // With `trailingSlash: true` every page moves to the address with a slash. No other redirect is followed.
  const other = url.endsWith('/') ? url.slice(0, -1) : `${url}/`;
  const location = response.headers.get('location');
  if (
    response.status !== 308 ||
    location === null ||
    !URL.canParse(location, url) ||
    new URL(location, url).pathname !== new URL(other).pathname
  ) {
    return response;
  }
  await response.body?.cancel();
  return get(other);
}

/** A decoded path as it stands in a request. */
export function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}
