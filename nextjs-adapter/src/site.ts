/** What the core needs of Next.js and of the world. Tests bring their own. */
export interface Site extends Router {
  /** Runs the work once the answer is out. */
  readonly after: (work: () => Promise<void>) => void;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Ms since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** A signal that aborts after so long. */
  readonly timeout: (ms: number) => AbortSignal;
  /** Takes one line. */
  readonly log: (line: string) => void;
  /** What the build says of itself. */
  readonly build: () => Build;
  /** Where others reach this process, null when that is not known. */
  readonly ownUrl: () => string | null;
}

/** How a router forgets and makes pages. */
export interface Router {
  /** Marks pages as outdated, in effect once the answer is out; null where nothing can be marked (the Pages Router). */
  readonly mark: ((mark: Mark) => void) | null;
  /** Makes the page of a route anew at once, keeping the old one when that fails. Null: our own request does it. */
  readonly remake: ((route: string) => Promise<void>) | null;
  /** The paths of the pages that show what a tag stands for, where nothing can be marked; null when nobody knows. */
  readonly pathsOfTag: ((tag: string) => readonly string[] | Promise<readonly string[]>) | null;
}

export interface Build {
  /** A request that carries it makes its page anew; null when it is not known. */
  readonly previewModeId: string | null;
  readonly id: string | null;
  /** When it was made, RFC 3339. */
  readonly time: string | null;
  /** The pages that were made with it. */
  readonly paths: readonly string[];
}

/** The second argument of `revalidatePath`: what a route pattern such as `/blog/[slug]` stands for. */
export type PathType = 'page' | 'layout';

/** `refresh`: visitors get the old page until the new one is made. `expire`: nobody gets the old one any more. */
export type Mode = 'refresh' | 'expire';

/** One call of `revalidatePath` or `revalidateTag`. */
export type Mark = ({ readonly path: string; readonly type?: PathType } | { readonly tag: string }) & {
  readonly mode: Mode;
};

/** Puts a prefix before a log line, and keeps it one line. */
export function logTo(sink: (line: string) => void): (line: string) => void {
  return (line) => {
    sink(`cache-handshake ${line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')}`);
  };
}

/** The words of whatever was thrown; of a failed `fetch` also its cause, which is the telling part. */
export function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) {
    return String(thrown);
  }
  const { cause } = thrown;
  return cause instanceof Error ? `${thrown.message}: ${cause.message || cause.name}` : thrown.message;
}

/** Lets at most so many of the given works run at once; the others wait their turn. */
export function gate(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= width) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) {
        next();
      } else {
        running--;
      }
    }
  };
}

/** Ends when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
