import { whyIgnored, type PagePath } from './normalise-path.js';
import type { Handshake } from './read-call.js';
import { wordsOf, type Invalidation, type Site } from './site.js';

/** What became of one path of a handshake. */
export interface PathResult {
  readonly path: string;
  readonly status: 'accepted' | 'rejected';
  readonly reason?: string;
}

/** What became of one handshake. */
export interface Result {
  readonly revalidation_id: string;
  readonly status: 'accepted' | 'rejected';
  readonly reason?: string;
  readonly paths: readonly PathResult[];
}

/** A handshake that was accepted, with the calls that invalidate all it touches. */
export interface Accepted {
  readonly handshake: Handshake;
  readonly invalidations: readonly Invalidation[];
}

export interface Revalidated {
  readonly results: readonly Result[];
  readonly accepted: readonly Accepted[];
}

type Revalidator = Pick<Site, 'revalidatePath' | 'revalidateTag'>;

/** Next.js ignores longer tags with a line in its log. */
const MAX_TAG_LENGTH = 256;

/** Invalidates what a batch touches, each distinct path and tag once, and says of each handshake whether that was taken. */
export function revalidate(
  handshakes: readonly Handshake[],
  mapPath: (publicPath: string) => string,
  next: Revalidator,
): Revalidated {
  const once = callOnce(next);
  const results: Result[] = [];
  const accepted: Accepted[] = [];
  for (const handshake of handshakes) {
    const invalidations: Invalidation[] = [];
    const paths: PathResult[] = [];
    const [primary] = handshake.paths;
    // A refused primary path says it all, and so does a refused tag: nothing of the handshake is called then.
    let reason = refusedPrimary(primary) ?? refusedTag(handshake.tags);
    for (const path of reason === null ? handshake.paths : []) {
      if ('refused' in path) {
        paths.push({ path: path.value, status: 'rejected', reason: path.refused });
        continue;
      }
      const problem = attempt(() => {
        const calls = callsFor(path, mapPath);
        calls.forEach(once.path);
        invalidations.push(...calls);
      });
      paths.push({
        path: path.value,
        status: problem === null ? 'accepted' : 'rejected',
        ...(problem !== null && { reason: problem }),
      });
      reason ??= problem === null ? null : `${path.value}: ${problem}`;
    }
    if (reason === null) {
      for (const tag of handshake.tags) {
        const problem = attempt(() => {
          once.tag(tag);
        });
        reason ??= problem === null ? null : `tag ${tag}: ${problem}`;
      }
    } else if (paths.length === 0 && primary) {
      paths.push({ path: primary.value, status: 'rejected', reason: 'refused' in primary ? primary.refused : reason });
    }
    results.push({
      revalidation_id: handshake.id,
      status: reason === null ? 'accepted' : 'rejected',
      ...(reason !== null && { reason }),
      paths,
    });
    if (reason === null) {
      accepted.push({ handshake, invalidations });
    }
  }
  return { results, accepted };
}

/** Invalidates again, as we asked ourselves to. One that throws stops no other. */
export function revalidateAgain(paths: readonly Invalidation[], tags: readonly string[], next: Revalidator): void {
  const once = callOnce(next);
  paths.forEach((call) =>
    attempt(() => {
      once.path(call);
    }),
  );
  tags.forEach((tag) =>
    attempt(() => {
      once.tag(tag);
    }),
  );
}

/** Each distinct call once; the second time, what came of the first. */
function callOnce(next: Revalidator) {
  const done = new Map<string, { thrown?: unknown }>();
  const once = (key: string, call: () => void) => {
    let outcome = done.get(key);
    if (!outcome) {
      outcome = {};
      try {
        call();
      } catch (thrown) {
        outcome = { thrown };
      }
      done.set(key, outcome);
    }
    if ('thrown' in outcome) {
      throw outcome.thrown;
    }
  };
  return {
    path: ({ path, type }: Invalidation) => {
      once(`path ${type ?? ''} ${path}`, () => {
        if (type) {
          next.revalidatePath(path, type);
        } else {
          next.revalidatePath(path);
        }
      });
    },
    tag: (tag: string) => {
      once(`tag ${tag}`, () => {
        next.revalidateTag(tag);
      });
    },
  };
}

/** Next.js ignores a literal path that comes with the type `page`, and a pattern that comes without a type. */
function callsFor(path: PagePath, mapPath: (publicPath: string) => string): Invalidation[] {
  if (path.isPattern) {
    return [{ path: path.value, ...(path.type && { type: path.type }) }];
  }
  const route: unknown = mapPath(path.value);
  if (typeof route !== 'string' || !route.startsWith('/')) {
    throw new Error(`mapPath gave ${JSON.stringify(route)}, and Next.js ignores a path without a leading slash`);
  }
  const ignored = whyIgnored(route);
  if (ignored !== null) {
    throw new Error(`mapPath gave a path that ${ignored}`);
  }
  return path.type === 'layout' ? [{ path: route, type: 'layout' }, { path: route }] : [{ path: route }];
}

function refusedPrimary(primary: Handshake['paths'][number] | undefined): string | null {
  if (!primary) {
    return 'the handshake touches no page';
  }
  if ('refused' in primary) {
    return `${primary.value} ${primary.refused}`;
  }
  return primary.isPattern ? `${primary.value} is a pattern: put one real page first, to prove the change by` : null;
}

function refusedTag(tags: readonly string[]): string | null {
  for (const tag of tags) {
    if (tag === '') {
      return 'a tag is empty';
    }
    if (tag.length > MAX_TAG_LENGTH) {
      return `the tag ${tag.slice(0, 40)}… has ${tag.length} characters, and Next.js ignores more than ${MAX_TAG_LENGTH}`;
    }
    if (tag.includes(',')) {
      return `the tag ${tag} holds a comma, and Next.js splits a page's tags there`;
    }
  }
  return null;
}

function attempt(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (thrown) {
    return wordsOf(thrown);
  }
}
