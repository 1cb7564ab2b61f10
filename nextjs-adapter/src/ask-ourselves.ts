import type { Settings } from './options.js';
import type { Site } from './site.js';
import { sign } from './token.js';
import type { OwnSubject } from './verify-call.js';

/**
 * Asks this process's own route, in a request of its own. What is marked in `after` takes effect only when that `after`
 * ends, and ours ends when the pages are fresh; and outside of a request nothing can be marked at all.
 */
export async function askOurselves(
  route: string,
  subject: OwnSubject,
  ask: object,
  timeoutMs: number,
  settings: Settings,
  site: Pick<Site, 'fetch' | 'now' | 'timeout'>,
): Promise<Response> {
  const body = new TextEncoder().encode(JSON.stringify(ask));
  const [{ key, keyId }] = settings.revalidationKeys;
  const token = await sign({ key, keyId, issuer: settings.site, audience: settings.site, subject }, body, site.now());
  return post(settings.selfUrl + route, token, body, timeoutMs, site);
}

/** Posts a signed JSON body. The answer's is the caller's to read, or to let go. */
export function post(
  url: string,
  token: string,
  body: Uint8Array,
  timeoutMs: number,
  site: Pick<Site, 'fetch' | 'timeout'>,
): Promise<Response> {
  return site.fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body as Uint8Array<ArrayBuffer>,
    signal: site.timeout(timeoutMs),
  });
}
