import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { createHandler } from '../src/handler.js';
import { resolveOptions, type RevalidateOptions } from '../src/options.js';
import { logTo, type Site } from '../src/site.js';

export const REVALIDATION_SECRET = 'r'.repeat(32);
export const CALLBACK_SECRET = 'c'.repeat(32);
const SELF = 'http://self';
const WORKER = 'http://worker';

export interface Page {
  status?: number;
  html?: string;
  /** The page as it is once so many invalidations have arrived. */
  after?: [rounds: number, page: Page];
  broken?: boolean;
  takesMs?: number;
  /** Never answers, and does not even heed the signal. */
  deaf?: boolean;
  location?: string;
}

export interface Callback {
  batch_id?: string;
  revalidation_id?: string;
  handshakes?: { revalidation_id: string; status: string; reason?: string; pages: unknown[] }[];
}

export const marker = (content: string) => `<html><meta name="content-version" content="${content}"/></html>`;

/** A Next.js site, its worker, and a clock that moves only when somebody sleeps. */
export class World {
  readonly revalidated: string[] = [];
  readonly looks: string[] = [];
  readonly callbacks: Callback[] = [];
  readonly callbackTokens: string[] = [];
  readonly logs: string[] = [];
  readonly pages = new Map<string, Page>();
  readonly throwing = new Set<string>();
  readonly slept: number[] = [];
  now = Date.parse('2026-06-01T00:00:00Z');
  heals = 0;
  readonly basePath: string;
  atOnce = 0;
  mostAtOnce = 0;
  /** What the worker answers, one after the other; then 200. */
  workerAnswers: number[] = [];
  /** How long each thing with a time-out was given. */
  readonly timeouts: number[] = [];
  readonly healAuthorizations: string[] = [];
  #timers: { at: number; controller: AbortController }[] = [];
  #work: (() => Promise<void>)[] = [];
  readonly handler: (request: Request) => Promise<Response>;

  constructor(
    options: RevalidateOptions = {},
    env: Record<string, string> = {
      REVALIDATION_SECRET,
      CALLBACK_SECRET,
      WORKER_URL: `${WORKER}/`,
      SELF_URL: SELF,
      HOSTNAME: 'web-1',
      BUILD_ID: 'b1',
    },
  ) {
    this.basePath = options.basePath ?? '';
    const site: Site = {
      revalidatePath: (path, type) => {
        this.#revalidated(type ? `${path} ${type}` : path);
      },
      revalidateTag: (tag) => {
        this.#revalidated(`#${tag}`);
      },
      after: (work) => {
        this.#work.push(work);
      },
      fetch: (url, init) => this.#fetch(url, init),
      now: () => this.now,
      sleep: (ms) => {
        this.slept.push(ms);
        this.#pass(ms);
        return Promise.resolve();
      },
      timeout: (ms) => {
        const controller = new AbortController();
        this.timeouts.push(ms);
        this.#timers.push({ at: this.now + ms, controller });
        return controller.signal;
      },
      log: logTo((line) => this.logs.push(line)),
    };
    this.handler = createHandler(() => resolveOptions(options, env), site);
  }

  /** Calls as the worker does, and lets the site finish what it does after the answer. */
  async deliver(handshakes: object[], batchId = 'batch-1') {
    return this.send({ batch_id: batchId, site: 'default', target: 'nextjs', handshakes }, { sub: batchId });
  }

  async send(body: object | string, claims: Claims = {}, headers: Record<string, string> = {}) {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const authorization = `Bearer ${await token(raw, { now: this.now, ...claims })}`;
    return this.post(raw, { authorization, ...headers });
  }

  async post(raw: string, headers: Record<string, string>) {
    const response = await this.handler(
      new Request('http://anybody/api/revalidate', { method: 'POST', body: raw, headers }),
    );
    const answer = (await response.json()) as Answer;
    const revalidated = [...this.revalidated];
    for (let work = this.#work.shift(); work; work = this.#work.shift()) {
      await work();
    }
    return { status: response.status, answer, revalidated };
  }

  reported(id: string) {
    return this.callbacks.flatMap((callback) => callback.handshakes ?? []).find((one) => one.revalidation_id === id);
  }

  #pass(ms: number) {
    this.now += ms;
    for (const { controller } of this.#timers.filter(({ at }) => at <= this.now)) {
      controller.abort(new Error('timed out'));
    }
    this.#timers = this.#timers.filter(({ at }) => at > this.now);
  }

  /** Lets time pass up to the moment, or only until the signal aborts. */
  #passUntilAborted(ms: number, signal: AbortSignal) {
    const end = this.now + ms;
    while (!signal.aborted && this.now < end) {
      this.#pass(Math.min(end, ...this.#timers.map(({ at }) => at)) - this.now);
    }
    signal.throwIfAborted();
  }

  #revalidated(what: string) {
    if (this.throwing.has(what)) {
      throw new Error('Next.js says no');
    }
    this.revalidated.push(what);
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    try {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      if (url.startsWith(WORKER)) {
        return this.#worker(url, init);
      }
      if (url === `${SELF}${this.basePath}/api/revalidate`) {
        this.heals++;
        this.healAuthorizations.push(new Headers(init.headers).get('authorization') ?? '');
        return await this.handler(new Request(url, init));
      }
      return await this.#page(url.slice(SELF.length), init.signal ?? new AbortController().signal);
    } finally {
      this.atOnce--;
    }
  }

  #worker(url: string, init: RequestInit): Response {
    if (url !== `${WORKER}/api/revalidation/complete`) {
      return new Response(null, { status: 404 });
    }
    this.callbackTokens.push(new Headers(init.headers).get('authorization') ?? '');
    const status = this.workerAnswers.shift() ?? 200;
    if (status === 200) {
      this.callbacks.push(JSON.parse(Buffer.from(init.body as Uint8Array).toString()) as Callback);
    }
    return new Response(null, { status });
  }

  async #page(path: string, signal: AbortSignal): Promise<Response> {
    this.looks.push(path);
    let page = this.pages.get(path) ?? { status: 404 };
    while (page.after && this.heals >= page.after[0]) {
      page = page.after[1];
    }
    this.#passUntilAborted(page.takesMs ?? 0, signal);
    if (page.deaf) {
      this.#pass(60_000);
      await new Promise(() => undefined);
    }
    if (page.broken) {
      throw new Error('fetch failed', { cause: new Error('connection refused') });
    }
    return new Response(page.html ?? '', {
      status: page.status ?? 200,
      headers: page.location === undefined ? {} : { location: page.location },
    });
  }
}

export interface Answer {
  error?: string;
  replica?: string;
  build_id?: string;
  results?: {
    revalidation_id: string;
    status: string;
    reason?: string;
    paths: { path: string; status: string; reason?: string }[];
  }[];
}

export interface Claims {
  iss?: string;
  aud?: string;
  sub?: string;
  digest?: string | null;
  key?: string;
  kid?: string;
  alg?: string;
  now?: number;
  /** Seconds from now; null for none. */
  exp?: number | null;
  /** Null for none. */
  iat?: null;
  jti?: string | null;
}

export function token(raw: string, claims: Claims = {}): Promise<string> {
  const now = Math.floor((claims.now ?? 0) / 1000);
  const digest = claims.digest === undefined ? createHash('sha256').update(raw).digest('base64url') : claims.digest;
  const jwt = new SignJWT(digest === null ? {} : { body_sha256: digest })
    .setProtectedHeader({ alg: claims.alg ?? 'HS256', ...(claims.kid !== undefined && { kid: claims.kid }) })
    .setIssuer(claims.iss ?? 'cache-handshake')
    .setAudience(claims.aud ?? 'default')
    .setSubject(claims.sub ?? 'batch-1');
  if (claims.iat !== null) {
    jwt.setIssuedAt(now);
  }
  if (claims.jti !== null) {
    jwt.setJti(claims.jti ?? randomUUID());
  }
  if (claims.exp !== null) {
    jwt.setExpirationTime(now + (claims.exp ?? 300));
  }
  return jwt.sign(new TextEncoder().encode(claims.key ?? REVALIDATION_SECRET));
}

export const post = (id: string, version: number | string | null = 7, more: object = {}) => ({
  revalidation_id: id,
  type: 'post',
  slug: 'a',
  version,
  paths: ['/blog/a'],
  tags: [],
  action: 'updated',
  ...more,
});
