import { concretePaths, judge, type Judgement } from './judge.js';
import type { Sight } from './look.js';
import type { Handshake } from './read-call.js';
import type { Accepted } from './revalidate.js';
import { wordsOf, type Mark, type Site } from './site.js';

/** A handshake that nothing more is done for. */
export interface Decided {
  readonly handshake: Handshake;
  readonly judgement: Judgement;
}

export interface Healing {
  /** Reads a page, made anew or as it stands; never throws. */
  readonly look: (path: string, anew: boolean) => Promise<Sight>;
  /** Marks again, in a request of its own. */
  readonly mark: (marks: readonly Mark[]) => Promise<void>;
  /** Whether pages are read as they stand at first, for another process makes them anew. */
  readonly verifyOnly: boolean;
  /** Whether a request of ours can make a page anew. */
  readonly canRemake: boolean;
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
 * is stored after it, and would be served for good; so what is stale is marked or made anew and read again, at growing intervals.
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
    const sights = await lookAtAll(open, round, healing);
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
      const marks = distinct(open.flatMap((one) => one.marks));
      if (marks.length > 0) {
        await healing.mark(marks);
      }
    } catch (thrown) {
      if (!complained) {
        site.log(`could not invalidate again: ${wordsOf(thrown)}`);
      }
      complained = true;
    }
  }
}

/** Each once. */
export function distinct(marks: readonly Mark[]): Mark[] {
  return [...new Map(marks.map((mark) => [JSON.stringify(mark), mark])).values()];
}

/** A page without any marker gets one further look, and then it has none. */
function isDecided({ handshake, judgement }: Decided, round: number): boolean {
  return judgement.status === 'fresh' || (!judgement.mayChange && (round > 0 || handshake.version === null));
}

/**
 * What is to be refreshed is made anew before it is read, each time. What was expired is made anew by the first look, and
 * from the second on as the others are, which helps pages that no mark reaches.
 */
async function lookAtAll(
  open: readonly Accepted[],
  round: number,
  { look, canRemake, verifyOnly }: Healing,
): Promise<Map<string, Sight>> {
  const paths = new Map<string, boolean>();
  for (const { handshake } of open) {
    const anew = round > 0 ? handshake.mode === 'refresh' || canRemake : handshake.mode === 'refresh' && !verifyOnly;
    concretePaths(handshake).forEach((path) => paths.set(path, anew || (paths.get(path) ?? false)));
  }
  const sights = new Map<string, Sight>();
  const lookAt = async (path: string, anew: boolean) => sights.set(path, await look(path, anew));
  await Promise.all([...paths].map(([path, anew]) => lookAt(path, anew)));
  if (round === 0 && canRemake && !verifyOnly) {
    await Promise.all([...new Set(open.flatMap((one) => pagesWithout(one, sights)))].map((path) => lookAt(path, true)));
  }
  return sights;
}

/**
 * The pages that do not show the entry. A list may yet show it: to make it anew may have been to join a render for somebody
 * else, which had read old data; that one has ended by now.
 */
function pagesWithout({ handshake }: Accepted, sights: ReadonlyMap<string, Sight>): string[] {
  const { pages } = judge(handshake, sights);
  return handshake.removes || handshake.version === null
    ? []
    : pages.flatMap(({ path, version, status }, index) =>
        index > 0 && version === null && status === 200 ? path : [],
      );
}
