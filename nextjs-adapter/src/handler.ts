import { askOurselves } from './ask-ourselves.js';
import { callBack } from './call-back.js';
import { catchUp } from './catch-up.js';
import { distinct, healUntilFresh, LOOK_AT_LEAST_MS, type Decided } from './heal.js';
import { concretePaths } from './judge.js';
import { look, remake, type Broken, type Sight } from './look.js';
import { looksInTurn, type InTurn } from './look-in-turn.js';
import { OptionError, type Settings } from './options.js';
import { readBody } from './read-body.js';
import { MalformedError, readCall, type Call } from './read-call.js';
import { markAll, revalidate, type Accepted, type Revalidated } from './revalidate.js';
import { aborted, gate, wordsOf, type Mark, type Site } from './site.js';
import { onlyOnce, UnauthorizedError, verifyBody, verifyPurpose, verifyToken, WORKER_ISSUER } from './verify-call.js';

const BODY_LIMIT = 4 * 1024 * 1024;
const HEAL_TIMEOUT_MS = 10_000;
/** The worker waits 30 s for the callback of a single handshake, and 25 s for that of a batch. */
const SINGLE_BUDGET_MS = 20_000;
/** How long an answer waits for pages that are made anew before it. */
const ANSWER_WITHIN_MS = 2_000;
/** Longer than most renders take. */
const MARK_TAGS_AGAIN_AFTER_MS = 3_000;
const NO_TIME = { unread: 'no time was left' };

type ChangeCall = Extract<Call, { form: 'batch' | 'single' }>;
type Gate = ReturnType<typeof gate>;

/** None of the three kinds of fetches keeps another waiting. */
interface Gates {
  readonly looks: InTurn;
  readonly heals: Gate;
  readonly callbacks: Gate;
}

/** The pages that a call began to make anew before it was answered, and what came of it. */
type Begun = Map<string, Promise<Broken | null>>;

/**
 * The route handler, free of Next.js.
 *
 * @param settingsOf is asked at the first call, so that a build needs no secrets
 */
export function createHandler(settingsOf: () => Settings): (request: Request, site: Site) => Promise<Response> {
  const verifyFirst = onlyOnce();
  let settled: { settings: Settings; gates: Gates } | undefined;
  return async (request, site) => {
    try {
      if (!settled) {
        const settings = settingsOf();
        const gates = { looks: looksInTurn(settings.warmConcurrency), heals: gate(1), callbacks: gate(2) };
        settled = { settings, gates };
      }
      return await serve(request, settled.settings, site, settled.gates, verifyFirst);
    } catch (thrown) {
      return problem(thrown, site);
    }
  };
}

async function serve(
  request: Request,
  settings: Settings,
  site: Site,
  gates: Gates,
  verifyFirst: ReturnType<typeof onlyOnce>,
): Promise<Response> {
  const token = await verifyToken(request.headers.get('authorization'), settings, site.now());
  const body = await readBody(request.body, BODY_LIMIT);
  if (body === null) {
    return Response.json({ error: 'the body has over 4 MiB' }, { status: 413 });
  }
  await verifyBody(token, body);
  const call = readCall(body);
  if (call.form === 'heal' || call.form === 'hello') {
    verifyPurpose(token, settings.site, call.form);
    verifyFirst(token, site.now());
    if (call.form === 'hello') {
      return catchUp(settings, site, gates.looks);
    }
    markAll(call.marks, site);
    return Response.json({ status: 'revalidated' }, { status: 202 });
  }
  verifyPurpose(token, WORKER_ISSUER, call.subject);
  verifyFirst(token, site.now());
  const verifyOnly = call.form === 'batch' && call.verifyOnly;
  const revalidated = await revalidate(call.handshakes, settings.mapPath, site, verifyOnly);
  const { accepted } = revalidated;
  if (accepted.length > 0) {
    const begun = verifyOnly
      ? new Map<string, Promise<Broken | null>>()
      : beginRemaking(accepted, settings, site, gates);
    if (site.remake) {
      // Where it is all there is, it should outlive a process that ends with its answer; but not for long.
      await Promise.race([Promise.all(begun.values()), aborted(site.timeout(ANSWER_WITHIN_MS))]);
    }
    // The request's path comes without the basePath.
    const route = settings.basePath + new URL(request.url).pathname;
    site.after(() => prove(call, accepted, begun, route, settings, site, gates));
  }
  return answer(call, revalidated, settings, site);
}

/** Pages whose change needs no mark need not wait for the answer, either. */
function beginRemaking(accepted: readonly Accepted[], settings: Settings, site: Site, gates: Gates): Begun {
  const begun: Begun = new Map();
  const leftMs = Math.max(settings.healBudgetMs, LOOK_AT_LEAST_MS);
  for (const { handshake, marks } of accepted) {
    for (const path of marks.length === 0 ? concretePaths(handshake) : []) {
      if (!begun.has(path)) {
        begun.set(
          path,
          gates.looks(path, () => remake(path, leftMs, settings, site)),
        );
      }
    }
  }
  return begun;
}

function answer(call: ChangeCall, { results }: Revalidated, settings: Settings, site: Site): Response {
  const rejected = call.form === 'single' && results[0]?.status === 'rejected' ? results[0].reason : undefined;
  return Response.json(
    { ...(rejected !== undefined && { error: rejected }), ...ourselves(settings, site), results },
    // To the worker of a single handshake any 2xx is a yes.
    { status: rejected === undefined ? 202 : 422 },
  );
}

function ourselves(settings: Settings, site: Site) {
  return { replica: settings.replica, build_id: settings.buildId ?? site.build().id };
}

/** Runs once the answer is out, for only then does Next.js invalidate. Never throws. */
async function prove(
  call: ChangeCall,
  accepted: readonly Accepted[],
  begun: Begun,
  route: string,
  settings: Settings,
  site: Site,
  gates: Gates,
): Promise<void> {
  const budgetMs = call.form === 'batch' ? settings.healBudgetMs : Math.min(settings.healBudgetMs, SINGLE_BUDGET_MS);
  // Without any budget to heal, pages are read all the same.
  const forMs = Math.max(budgetMs, LOOK_AT_LEAST_MS);
  const deadline = site.now() + forMs;
  const leftMs = () => deadline - site.now();
  // Whatever hangs, or waits for a turn behind another batch, must not keep the callback waiting.
  const over = aborted(site.timeout(forMs)).then(() => NO_TIME);
  const callbacks: Promise<void>[] = [];
  const verifyOnly = call.form === 'batch' && call.verifyOnly;
  const send = (subject: string, callback: object) =>
    callbacks.push(callBack(subject, callback, settings, site, gates.callbacks));
  const lookAt = async (path: string, anew: boolean): Promise<Sight> => {
    const first = begun.get(path);
    begun.delete(path);
    const came = await first;
    return gates.looks(path, async () => {
      if (leftMs() <= 0) {
        return NO_TIME;
      }
      const notRemade = first ? (came ?? null) : anew ? await remake(path, leftMs(), settings, site) : null;
      return look(path, notRemade, leftMs(), settings, site);
    });
  };
  const mark = (marks: readonly Mark[], forMs: () => number) =>
    gates.heals(async () => {
      if (forMs() > 0) {
        const response = await askOurselves(route, 'heal', { heal: marks }, forMs(), settings, site);
        await response.body?.cancel();
        if (!response.ok) {
          throw new Error(`${settings.selfUrl}${route} answered ${response.status}`);
        }
      }
    });
  try {
    await healUntilFresh(
      accepted,
      {
        look: (path, anew) => Promise.race([lookAt(path, anew), over]),
        mark: async (marks) => {
          await Promise.race([mark(marks, () => Math.min(HEAL_TIMEOUT_MS, leftMs())), over]);
        },
        report: (decided) => {
          logWhatIsNotFresh(call.subject, decided, site);
          if (call.form === 'batch') {
            send(call.subject, batchCallback(call, decided, settings, site));
          } else if (decided.every(({ judgement: { status } }) => status === 'fresh' || status === 'unproven')) {
            // This form can say nothing but done: what is not done is left to the worker's patience.
            send(call.subject, { revalidation_id: call.subject });
          }
        },
        verifyOnly,
        canRemake: site.remake !== null || site.build().previewModeId !== null,
        budgetMs,
      },
      site,
    );
    // A page that only a tag names is not read. A visitor's render of it that had read old data when the tag was marked is
    // stored after that, and would be served for good; by now it has ended.
    const tags = distinct(accepted.flatMap(({ marks }) => marks.filter((one) => 'tag' in one)));
    if (tags.length > 0 && !verifyOnly) {
      await site.sleep(MARK_TAGS_AGAIN_AFTER_MS);
      await mark(tags, () => HEAL_TIMEOUT_MS);
    }
  } catch (thrown) {
    site.log(`${call.subject}: ${wordsOf(thrown)}`);
  }
  await Promise.all(callbacks);
}

function batchCallback(
  { subject, target }: Extract<Call, { form: 'batch' }>,
  decided: readonly Decided[],
  settings: Settings,
  site: Site,
): object {
  return {
    batch_id: subject,
    ...(target !== null && { target }),
    ...ourselves(settings, site),
    handshakes: decided.map(({ handshake, judgement: { status, reason, pages } }) => ({
      revalidation_id: handshake.id,
      status,
      ...(reason !== undefined && { reason }),
      pages,
    })),
  };
}

function logWhatIsNotFresh(subject: string, decided: readonly Decided[], { log }: Site): void {
  const worth = decided.filter(
    ({ handshake, judgement: { status } }) =>
      status !== 'fresh' && !(status === 'unproven' && handshake.version === null),
  );
  const [first] = worth;
  if (first) {
    log(
      `${subject}: ${worth.length} of ${decided.length} not fresh, first ${first.handshake.id}: ${first.judgement.reason ?? first.judgement.status}`,
    );
  }
}

function problem(thrown: unknown, { log }: Site): Response {
  if (thrown instanceof UnauthorizedError) {
    return Response.json({ error: thrown.message }, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
  }
  if (thrown instanceof MalformedError) {
    return Response.json({ error: thrown.message }, { status: 400 });
  }
  log(thrown instanceof OptionError ? `cannot serve: ${thrown.message}` : `failed: ${wordsOf(thrown)}`);
  return Response.json({ error: "see the site's log" }, { status: 500 });
}
