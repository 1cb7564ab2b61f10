/** What the parts of a process share: Next.js bundles each route, and the instrumentation, apart. */
export interface Shared {
  /** The name that this process was given for want of another. */
  readonly name: string;
  /** Whether the worker said what was missed, and that was made up for. */
  ready: boolean;
  /** Why it is not ready yet. */
  why: string;
}

const KEY = Symbol.for('@cache-handshake/next');

export function shared(): Shared {
  const all = globalThis as { [KEY]?: Shared };
  return (all[KEY] ??= {
    name: crypto.randomUUID().slice(0, 8),
    ready: false,
    why: 'registerReplica() was not called',
  });
}
