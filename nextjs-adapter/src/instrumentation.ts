import { askOurselves } from './ask-ourselves.js';
import type { RevalidateOptions, Settings } from './options.js';
import { plainWorld, settingsFrom } from './plain-world.js';
import { shared } from './shared.js';
import { wordsOf, type Site } from './site.js';

/** What `registerReplica` takes: the options of the site's route, and where that is. */
export interface RegisterOptions extends RevalidateOptions {
  /** The path of the site's revalidate route, without the `basePath`. Default: `/api/revalidate`. */
  route?: string | undefined;
}

const ANSWER_WITHIN_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const QUIET_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Begins to catch up with what this process missed, for as long as it takes. Call it in `register`, on Node.js. */
export function registerReplica(options: RegisterOptions = {}): Promise<void> {
  // In development nothing is kept that could be old.
  shared().ready = process.env.NODE_ENV === 'development';
  shared().why = 'not asked yet';
  if (!shared().ready && process.env.NEXT_PHASE !== 'phase-production-build') {
    void greet(options, plainWorld(options));
  }
  return Promise.resolve();
}

/**
 * Asks until it has worked. Never throws.
 *
 * @internal
 */
export async function greet(
  options: RegisterOptions,
  site: Pick<Site, 'fetch' | 'now' | 'sleep' | 'timeout' | 'log'>,
): Promise<void> {
  let settings: Settings;
  try {
    settings = settingsFrom(options);
  } catch (thrown) {
    shared().why = wordsOf(thrown);
    site.log(`never ready: ${shared().why}`);
    return;
  }
  const route = settings.basePath + (options.route ?? '/api/revalidate');
  let said = false;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const problem = await hello(route, settings, site);
    if (problem === null) {
      return;
    }
    shared().why = problem;
    // At first nobody listens yet: this process has only just begun.
    if (!said && pause > QUIET_PAUSE_MS) {
      site.log(`not ready yet: ${problem}`);
      said = true;
    }
    await site.sleep(pause);
  }
}

/** Null when the route has taken it. */
async function hello(
  route: string,
  settings: Settings,
  site: Pick<Site, 'fetch' | 'now' | 'timeout'>,
): Promise<string | null> {
  try {
    const ask = (at: string) => askOurselves(at, 'hello', { hello: true }, ANSWER_WITHIN_MS, settings, site);
    let response = await ask(route);
    if (response.status === 308) {
      // With `trailingSlash: true` the route is at the address with one.
      response = await ask(`${route}/`);
    }
    if (response.ok) {
      await response.body?.cancel();
      return null;
    }
    const { error } = (await response.json().catch(() => ({}))) as { error?: unknown };
    return `${settings.selfUrl}${route} answered ${response.status}${typeof error === 'string' ? `: ${error}` : ''}`;
  } catch (thrown) {
    return `${settings.selfUrl}${route}: ${wordsOf(thrown)}`;
  }
}
