import type { Settings } from './options.js';
import type { Site } from './site.js';
import { postSigned } from './token.js';
import type { OwnSubject } from './verify-call.js';

/**
 * Asks this process's own route, in a request of its own. What is marked in `after` takes effect only when that `after`
 * ends, and ours ends when the pages are fresh; and outside of a request nothing can be marked at all.
 */
export function askOurselves(
  route: string,
  sub: OwnSubject,
  ask: object,
  timeoutMs: number,
  { revalidationKeys: [own], site: iss, selfUrl }: Settings,
  site: Pick<Site, 'fetch' | 'now' | 'timeout'>,
): Promise<Response> {
  return postSigned(selfUrl + route, { ...own, iss, aud: iss, sub }, ask, timeoutMs, site);
}
