/** What the core needs of Next.js and of the world. Tests bring their own. */
export interface Site {
  readonly revalidatePath: (path: string, type?: PathType) => void;
  readonly revalidateTag: (tag: string) => void;
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
}

/** The second argument of `revalidatePath`: what a route pattern such as `/blog/[slug]` stands for. */
export type PathType = 'page' | 'layout';

/** One call of `revalidatePath`. */
export interface Invalidation {
  readonly path: string;
  readonly type?: PathType;
}

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
