import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { createHandler } from '../src/handler.js';
import { resolveOptions, type RevalidateOptions } from '../src/options.js';
import type { RevalidateApiOptions } from '../src/pages.js';
import { logTo, type Build, type Mark, type Site } from '../src/site.js';

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
  /** The page as it is once it was made anew so many times. */
  remade?: [times: number, page: Page];
  /** What making it anew comes to, in place of 200; 0 for no answer. */
  remakes?: number;
  /** Served once more before the new page is there, as `revalidateTag(tag, 'max')` has it. */
  stale?: boolean;
  /** Never answers, and does not even heed the signal. */
  deaf?: boolean;
  location?: string;
}

export interface Callback {
  batch_id?: string;
  target?: string;
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
  /** What was marked, to stay until the new page is made. */
  readonly softly: string[] = [];
  /** The paths that were made anew, each time. */
  readonly remade: string[] = [];
  /** What the worker answers to a hello: a status, or a body. */
  missed: number | object = 404;
  readonly hellos: Record<string, unknown>[] = [];
  build: Build = { previewModeId: null, id: null, time: null, paths: [] };
  readonly handler: (request: Request) => Promise<Response>;

  constructor(
    options: RevalidateOptions & Pick<RevalidateApiOptions, 'pathsOfTag'> = {},
    env: Record<string, string> = {
      REVALIDATION_SECRET,
      CALLBACK_SECRET,
      WORKER_URL: `${WORKER}/`,
      SELF_URL: SELF,
      HOSTNAME: 'web-1',
      BUILD_ID: 'b1',
    },
    router: 'app' | 'pages' = 'app',
  ) {
    this.basePath = options.basePath ?? '';
    const site: Site = {
      mark: router === 'app' ? this.#mark.bind(this) : null,
      remake: router === 'pages' ? (route) => this.#remakeOfPagesRouter(route) : null,
      pathsOfTag: options.pathsOfTag ?? null,
      build: () => this.build,
      ownUrl: () => 'http://10.0.0.1:3000',
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
    const handle = createHandler(() => resolveOptions(options, env));
    this.handler = (request) => handle(request, site);
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

  #mark(mark: Mark) {
    const what = 'tag' in mark ? `#${mark.tag}` : mark.type ? `${mark.path} ${mark.type}` : mark.path;
    if (this.throwing.has(what)) {
      throw new Error('Next.js says no');
    }
    (mark.mode === 'expire' ? this.revalidated : this.softly).push(what);
  }

  async #remakeOfPagesRouter(route: string) {
    const { status } = await this.#remake(route, new AbortController().signal);
    if (status !== 200) {
      throw new Error(`Failed to revalidate ${route}: Invalid response ${status}`);
    }
  }

  async #remake(path: string, signal: AbortSignal): Promise<Response> {
    this.remade.push(path);
    const page = this.#pageAt(path);
    await this.#answer(page, signal);
    if (page.remakes === 0) {
      throw new Error('nobody answers');
    }
    return new Response(null, { status: page.remakes ?? 200 });
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
      const path = url.slice(SELF.length);
      const signal = init.signal ?? new AbortController().signal;
      const headers = new Headers(init.headers);
      if (headers.has('x-prerender-revalidate')) {
        assert.equal(init.method, 'HEAD');
        assert.equal(headers.get('x-prerender-revalidate'), this.build.previewModeId);
        return await this.#remake(path, signal);
      }
      return await this.#page(path, signal);
    } finally {
      this.atOnce--;
    }
  }

  #worker(url: string, init: RequestInit): Response {
    const body = () => JSON.parse(Buffer.from(init.body as Uint8Array).toString()) as object;
    this.callbackTokens.push(new Headers(init.headers).get('authorization') ?? '');
    if (url === `${WORKER}/api/replicas/hello`) {
      this.hellos.push(body() as Record<string, unknown>);
      return typeof this.missed === 'number' ? new Response(null, { status: this.missed }) : Response.json(this.missed);
    }
    if (url !== `${WORKER}/api/revalidation/complete`) {
      return new Response(null, { status: 404 });
    }
    const status = this.workerAnswers.shift() ?? 200;
    if (status === 200) {
      this.callbacks.push(body());
    }
    return new Response(null, { status });
  }

  #pageAt(path: string): Page {
    let page = this.pages.get(path) ?? { status: 404 };
    const times = this.remade.filter((one) => one === path).length;
    for (;;) {
      if (page.after && this.heals >= page.after[0]) {
        page = page.after[1];
      } else if (page.remade && times >= page.remade[0]) {
        page = page.remade[1];
      } else {
        return page;
      }
    }
  }

  async #page(path: string, signal: AbortSignal): Promise<Response> {
    this.looks.push(path);
    const page = this.#pageAt(path);
    await this.#answer(page, signal);
    const stale = page.stale && this.softly.length > 0;
    if (stale && page.after) {
      this.pages.set(path, page.after[1]);
    }
    return new Response(page.html ?? '', {
      status: page.status ?? 200,
      headers: {
        ...(page.location !== undefined && { location: page.location }),
        ...(stale && { 'x-nextjs-cache': 'STALE' }),
      },
    });
  }

  async #answer(page: Page, signal: AbortSignal) {
    this.#passUntilAborted(page.takesMs ?? 0, signal);
    if (page.deaf) {
      this.#pass(60_000);
      await new Promise(() => undefined);
    }
    if (page.broken) {
      throw new Error('fetch failed', { cause: new Error('connection refused') });
    }
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
  mode: 'expire',
  ...more,
});
