import type { Settings } from './options.js';
import { wordsOf, type gate, type Site } from './site.js';
import { sign } from './token.js';

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
  const body = new TextEncoder().encode(JSON.stringify(callback));
  const deadline = site.now() + GIVE_UP_AFTER_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const outcome = await inTurn(() => once(subject, body, settings, site));
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
  body: Uint8Array,
  settings: Settings,
  site: Pick<Site, 'fetch' | 'now' | 'timeout'>,
): Promise<{ problem: string; again: boolean } | null> {
  try {
    const token = await sign(
      { key: settings.callbackKey, keyId: 'callback', issuer: settings.site, audience: 'cache-handshake', subject },
      body,
      site.now(),
    );
    const response = await post(settings.callbackUrl, token, body, TIMEOUT_MS, site);
    if (response.ok) {
      return null;
    }
    return {
      problem: `${settings.callbackUrl} answered ${response.status}`,
      again: response.status >= 500 || response.status === 429 || response.status === 408,
    };
  } catch (thrown) {
    return { problem: `${settings.callbackUrl}: ${wordsOf(thrown)}`, again: true };
  }
}

/** Posts a signed JSON body, and lets go of the answer's. */
export async function post(
  url: string,
  token: string,
  body: Uint8Array,
  timeoutMs: number,
  site: Pick<Site, 'fetch' | 'timeout'>,
): Promise<Response> {
  const response = await site.fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
    signal: site.timeout(timeoutMs),
  });
  await response.body?.cancel();
  return response;
}
