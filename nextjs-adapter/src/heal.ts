import { concretePaths, judge, type Judgement } from './judge.js';
import type { Sight } from './look.js';
import type { Handshake } from './read-call.js';
import type { Accepted } from './revalidate.js';
import { wordsOf, type Invalidation, type Site } from './site.js';

/** A handshake that nothing more is done for. */
export interface Decided {
  readonly handshake: Handshake;
  readonly judgement: Judgement;
}

export interface Healing {
  /** Reads a page; never throws. */
  readonly look: (path: string) => Promise<Sight>;
  /** Invalidates again, in a request of its own. */
  readonly invalidate: (paths: readonly Invalidation[], tags: readonly string[]) => Promise<void>;
  /** Takes what is decided, as soon as it is. */
  readonly report: (decided: readonly Decided[]) => void;
  readonly budgetMs: number;
}

/** A look that has less time than this is not worth it. */
export const LOOK_AT_LEAST_MS = 250;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Reads the pages of a batch until each handshake is fresh. A render that had read old data when the invalidation arrived
 * is stored after it, and would be served for good; so what is stale is invalidated and read again, at growing intervals.
 */
export async function healUntilFresh(
  batch: readonly Accepted[],
  healing: Healing,
  site: Pick<Site, 'now' | 'sleep' | 'log'>,
): Promise<void> {
  const deadline = site.now() + healing.budgetMs;
  let open = batch;
  let pause = FIRST_PAUSE_MS;
  let complained = false;
  for (let round = 0; ; round++) {
    const sights = await lookAtAll(open, healing.look);
    const judged = open.map((one) => ({ ...one, judgement: judge(one.handshake, sights) }));
    const last = site.now() + pause + LOOK_AT_LEAST_MS > deadline;
    const decided = judged.filter((one) => last || isDecided(one, round));
    if (decided.length > 0) {
      healing.report(decided);
    }
    const healed = round > 0 ? decided.filter(({ judgement }) => judgement.status === 'fresh') : [];
    if (healed[0]) {
      site.log(`healed ${healed.length} (${healed[0].handshake.id}) after ${round} further invalidations`);
    }
    open = judged.filter((one) => !decided.includes(one));
    if (open.length === 0) {
      return;
    }
    await site.sleep(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    try {
      await healing.invalidate(distinct(open.flatMap((one) => one.invalidations)), [
        ...new Set(open.flatMap((one) => one.handshake.tags)),
      ]);
    } catch (thrown) {
      if (!complained) {
        site.log(`could not invalidate again: ${wordsOf(thrown)}`);
      }
      complained = true;
    }
  }
}

function distinct(calls: readonly Invalidation[]): Invalidation[] {
  return [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()];
}

/** A page without any marker gets one further look, and then it has none. */
function isDecided({ handshake, judgement }: Decided, round: number): boolean {
  return judgement.status === 'fresh' || (!judgement.mayChange && (round > 0 || handshake.version === null));
}

async function lookAtAll(open: readonly Accepted[], look: Healing['look']): Promise<Map<string, Sight>> {
  const paths = new Set(open.flatMap(({ handshake }) => concretePaths(handshake)));
  return new Map(await Promise.all([...paths].map(async (path) => [path, await look(path)] as const)));
}
