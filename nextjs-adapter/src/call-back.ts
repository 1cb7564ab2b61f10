import type { Settings } from './options.js';
import { wordsOf, type gate, type Site } from './site.js';
import { postSigned } from './token.js';

const COMPLETE = '/api/revalidation/complete';
const TIMEOUT_MS = 10_000;
const GIVE_UP_AFTER_MS = 60_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** Calls the worker back, again and again for a minute if need be, signed anew each time. Never throws. */
export async function callBack(
  subject: string,
  callback: object,
  settings: Settings,
  site: Pick<Site, 'fetch' | 'now' | 'sleep' | 'timeout' | 'log'>,
  inTurn: ReturnType<typeof gate>,
): Promise<void> {
  const deadline = site.now() + GIVE_UP_AFTER_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const outcome = await inTurn(() => once(subject, callback, settings, site));
    if (outcome === null) {
      return;
    }
    if (!outcome.again || site.now() + pause > deadline) {
      site.log(`callback of ${subject} failed: ${outcome.problem}`);
      return;
    }
    await site.sleep(pause);
  }
}

async function once(
  subject: string,
  callback: object,
  settings: Settings,
  site: Pick<Site, 'fetch' | 'now' | 'timeout'>,
): Promise<{ problem: string; again: boolean } | null> {
  const url = `${settings.workerUrl}${COMPLETE}`;
  try {
    const response = await tellWorker(COMPLETE, subject, callback, settings, site);
    await response.body?.cancel();
    if (response.ok) {
      return null;
    }
    return {
      problem: `${url} answered ${response.status}`,
      again: response.status >= 500 || response.status === 429 || response.status === 408,
    };
  } catch (thrown) {
    return { problem: `${url}: ${wordsOf(thrown)}`, again: true };
  }
}

/** Calls the worker, signed as this site. */
export function tellWorker(
  path: string,
  sub: string,
  json: object,
  { callbackKey: key, site: iss, workerUrl }: Settings,
  site: Pick<Site, 'fetch' | 'now' | 'timeout'>,
): Promise<Response> {
  const signing = { key, keyId: 'callback', iss, aud: 'cache-handshake', sub };
  return postSigned(workerUrl + path, signing, json, TIMEOUT_MS, site);
}
