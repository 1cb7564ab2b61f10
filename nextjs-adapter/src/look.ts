import { readBody } from './read-body.js';
import { readMarkers, type Marker } from './read-marker.js';
import type { Settings } from './options.js';
import { wordsOf, type Site } from './site.js';

/** A page as it stood when it was read; or why it could not be read. */
export type Sight = { readonly status: number; readonly markers: readonly Marker[] } | { readonly unread: string };

const LONGEST_LOOK_MS = 10_000;
const PAGE_LIMIT = 2 * 1024 * 1024;

/** Reads one page of this very process as a visitor would, in no more than the time that is left. Never throws. */
export async function look(
  path: string,
  leftMs: number,
  settings: Settings,
  site: Pick<Site, 'fetch' | 'timeout'>,
): Promise<Sight> {
  try {
    const signal = site.timeout(Math.min(LONGEST_LOOK_MS, leftMs));
    const url = settings.selfUrl + encodePath(path);
    const first = await get(url, signal, site);
    const moved = slashMove(first, url);
    const response = moved === null ? first : await get(moved, signal, site);
    if (moved !== null) {
      await first.body?.cancel();
    }
    const body = await readBody(response.body, PAGE_LIMIT, true);
    return { status: response.status, markers: readMarkers(new TextDecoder().decode(body ?? undefined)) };
  } catch (thrown) {
    return { unread: wordsOf(thrown) };
  }
}

function get(url: string, signal: AbortSignal, site: Pick<Site, 'fetch'>): Promise<Response> {
  return site.fetch(url, {
    redirect: 'manual',
    headers: { accept: 'text/html', 'accept-encoding': 'identity', 'x-cache-handshake': 'verify' },
    signal,
  });
}

/** With `trailingSlash: true` every page moves to the address with a slash. No other redirect is followed. */
function slashMove(response: Response, url: string): string | null {
  const location = response.headers.get('location');
  if (response.status !== 308 || location === null || !URL.canParse(location, url)) {
    return null;
  }
  const bare = (text: string) => text.replace(/\/$/, '');
  if (bare(new URL(location, url).pathname) !== bare(new URL(url).pathname)) {
    return null;
  }
  return url.endsWith('/') ? bare(url) : `${url}/`;
}

/** A decoded path as it stands in a request. */
export function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}
