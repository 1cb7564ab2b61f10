import { callBack, post } from './call-back.js';
import { healUntilFresh, LOOK_AT_LEAST_MS, type Decided } from './heal.js';
import { look, type Sight } from './look.js';
import { looksInTurn } from './look-in-turn.js';
import { OptionError, type Settings } from './options.js';
import { readBody } from './read-body.js';
import { MalformedError, readCall, type Call } from './read-call.js';
import { revalidate, revalidateAgain, type Accepted, type Revalidated } from './revalidate.js';
import { gate, wordsOf, type Invalidation, type Site } from './site.js';
import { sign } from './token.js';
import {
  HEAL_SUBJECT,
  onlyOnce,
  UnauthorizedError,
  verifyBody,
  verifyPurpose,
  verifyToken,
  WORKER_ISSUER,
} from './verify-call.js';

const BODY_LIMIT = 4 * 1024 * 1024;
const HEAL_TIMEOUT_MS = 10_000;
/** The worker waits 30 s for the callback of a single handshake, and 25 s for that of a batch. */
const SINGLE_BUDGET_MS = 20_000;
const NO_TIME: Sight = { unread: 'no time was left to read it' };

type ChangeCall = Exclude<Call, { form: 'heal' }>;
type Gate = ReturnType<typeof gate>;

/** Ten fetches at once, and none of the three kinds keeps another waiting. */
interface Gates {
  readonly looks: ReturnType<typeof looksInTurn>;
  readonly heals: Gate;
  readonly callbacks: Gate;
}

/**
 * The route handler, free of Next.js.
 *
 * @param settingsOf is asked at the first call, so that a build needs no secrets
 */
export function createHandler(settingsOf: () => Settings, site: Site): (request: Request) => Promise<Response> {
  const gates: Gates = { looks: looksInTurn(), heals: gate(1), callbacks: gate(2) };
  const verifyFirst = onlyOnce();
  let settings: Settings | undefined;
  return async (request) => {
    try {
      settings ??= settingsOf();
      return await serve(request, settings, site, gates, verifyFirst);
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
    return Response.json({ error: 'the body has more than 4 MiB' }, { status: 413 });
  }
  verifyBody(token, body);
  const call = readCall(body);
  if (call.form === 'heal') {
    verifyPurpose(token, settings.site, HEAL_SUBJECT);
    verifyFirst(token, site.now());
    revalidateAgain(call.paths, call.tags, site);
    return Response.json({ status: 'revalidated' }, { status: 202 });
  }
  verifyPurpose(token, WORKER_ISSUER, call.subject);
  verifyFirst(token, site.now());
  const revalidated = revalidate(call.handshakes, settings.mapPath, site);
  if (revalidated.accepted.length > 0) {
    // The request's path comes without the basePath.
    const route = settings.basePath + new URL(request.url).pathname;
    site.after(() => prove(call, revalidated.accepted, route, settings, site, gates));
  }
  return answer(call, revalidated, settings);
}

function answer(call: ChangeCall, { results }: Revalidated, settings: Settings): Response {
  const rejected = call.form === 'single' && results[0]?.status === 'rejected' ? results[0].reason : undefined;
  return Response.json(
    {
      ...(rejected !== undefined && { error: rejected }),
      replica: settings.replica,
      build_id: settings.buildId,
      results,
    },
    // To the worker of a single handshake any 2xx is a yes.
    { status: rejected === undefined ? 202 : 422 },
  );
}

/** Runs once the answer is out, for only then does Next.js invalidate. Never throws. */
async function prove(
  call: ChangeCall,
  accepted: readonly Accepted[],
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
  const over = aborted(site.timeout(forMs));
  const callbacks: Promise<void>[] = [];
  const send = (subject: string, callback: object) =>
    callbacks.push(callBack(subject, callback, settings, site, gates.callbacks));
  try {
    await healUntilFresh(
      accepted,
      {
        look: (path) =>
          Promise.race([
            gates.looks(path, async () => (leftMs() > 0 ? await look(path, leftMs(), settings, site) : NO_TIME)),
            over.then(() => NO_TIME),
          ]),
        invalidate: (paths, tags) =>
          Promise.race([
            gates.heals(async () => {
              if (leftMs() > 0) {
                await askOurselves(route, paths, tags, Math.min(HEAL_TIMEOUT_MS, leftMs()), settings, site);
              }
            }),
            over,
          ]),
        report: (decided) => {
          logWhatIsNotFresh(call.subject, decided, site);
          if (call.form === 'batch') {
            send(call.subject, batchCallback(call.subject, decided, settings));
          } else if (decided.every(({ judgement: { status } }) => status === 'fresh' || status === 'unproven')) {
            // This form can say nothing but done: what is not done is left to the worker's patience.
            send(call.subject, { revalidation_id: call.subject });
          }
        },
        budgetMs,
      },
      site,
    );
  } catch (thrown) {
    site.log(`${call.subject}: ${wordsOf(thrown)}`);
  }
  await Promise.all(callbacks);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

function batchCallback(batchId: string, decided: readonly Decided[], settings: Settings): object {
  return {
    batch_id: batchId,
    replica: settings.replica,
    build_id: settings.buildId,
    handshakes: decided.map(({ handshake, judgement: { status, reason, pages } }) => ({
      revalidation_id: handshake.id,
      status,
      ...(reason !== undefined && { reason }),
      pages,
    })),
  };
}

/**
 * Asks this very route to invalidate again. A revalidate call made in `after` takes effect only when that `after` ends,
 * and ours ends when the pages are fresh; a request of its own takes effect at once.
 */
async function askOurselves(
  route: string,
  paths: readonly Invalidation[],
  tags: readonly string[],
  timeoutMs: number,
  settings: Settings,
  site: Site,
): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify({ heal: { paths, tags } }));
  const [{ key, keyId }] = settings.revalidationKeys;
  const token = await sign(
    {
      key,
      keyId,
      issuer: settings.site,
      audience: settings.site,
      subject: HEAL_SUBJECT,
    },
    body,
    site.now(),
  );
  const response = await post(settings.selfUrl + route, token, body, timeoutMs, site);
  if (!response.ok) {
    throw new Error(`${settings.selfUrl}${route} answered ${response.status}`);
  }
}

function logWhatIsNotFresh(subject: string, decided: readonly Decided[], { log }: Site): void {
  const worth = decided.filter(
    ({ handshake, judgement: { status } }) =>
      status !== 'fresh' && !(status === 'unproven' && handshake.version === null),
  );
  const [first] = worth;
  if (first) {
    log(
      `${subject}: ${worth.length} of ${decided.length} not proven fresh, the first is ${first.handshake.id}: ${first.judgement.reason ?? first.judgement.status}`,
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
  return Response.json({ error: "the site could not serve this; see the site's log" }, { status: 500 });
}
