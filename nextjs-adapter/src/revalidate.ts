import { normalisePath, whyIgnored, type PagePath } from './normalise-path.js';
import type { Handshake } from './read-call.js';
import { wordsOf, type Mark, type Mode, type Site } from './site.js';

interface Verdict {
  readonly status: 'accepted' | 'rejected';
  readonly reason?: string;
}

/** What became of one path of a handshake. */
export interface PathResult extends Verdict {
  readonly path: string;
}

/** What became of one handshake. */
export interface Result extends Verdict {
  readonly revalidation_id: string;
  readonly paths: readonly PathResult[];
}

/** A handshake that was accepted, with the marks that outdate what it touches. */
export interface Accepted {
  readonly handshake: Handshake;
  readonly marks: readonly Mark[];
}

export interface Revalidated {
  readonly results: readonly Result[];
  readonly accepted: readonly Accepted[];
}

type MapPath = (publicPath: string) => string;
type Next = Pick<Site, 'mark' | 'remake' | 'pathsOfTag' | 'build'>;

/** Next.js ignores longer tags with a line in its log. */
const MAX_TAG_LENGTH = 256;

/**
 * Marks what a batch touches, each distinct path and tag once, and says of each handshake whether that was taken.
 *
 * @param verifyOnly marks nothing yet: another process does, in a cache that this one shares
 */
export async function revalidate(
  handshakes: readonly Handshake[],
  mapPath: MapPath,
  next: Next,
  verifyOnly = false,
): Promise<Revalidated> {
  const once = callOnce(verifyOnly ? { mark: null } : next);
  const results: Result[] = [];
  const accepted: Accepted[] = [];
  for (const asked of handshakes) {
    const marks: Mark[] = [];
    const paths: PathResult[] = [];
    const [primary] = asked.paths;
    let handshake = asked;
    // What refuses the handshake as a whole says it all: nothing of it is marked then.
    let reason = refusedPrimary(primary) ?? refusedTag(asked.tags) ?? beyond(asked, next);
    if (reason === null && next.mark === null) {
      try {
        handshake = await withPagesOfTags(asked, next);
      } catch (thrown) {
        reason = `pathsOfTag: ${wordsOf(thrown)}`;
      }
    }
    for (const path of reason === null ? handshake.paths : []) {
      if ('refused' in path) {
        paths.push({ path: path.value, ...verdict(path.refused) });
        continue;
      }
      const problem = attempt(() => {
        const found = marksOf(path, handshake.mode, mapPath, next);
        marks.push(...found);
        return found.map(once).find((one) => one !== null);
      });
      paths.push({ path: path.value, ...verdict(problem) });
      reason ??= problem === null ? null : `${path.value}: ${problem}`;
    }
    if (reason === null) {
      for (const tag of next.mark ? handshake.tags : []) {
        const mark = { tag, mode: handshake.mode };
        const problem = once(mark);
        marks.push(mark);
        reason ??= problem === null ? null : `tag ${tag}: ${problem}`;
      }
    } else if (paths.length === 0 && primary) {
      paths.push({ path: primary.value, ...verdict('refused' in primary ? primary.refused : reason) });
    }
    results.push({ revalidation_id: handshake.id, ...verdict(reason), paths });
    if (reason === null) {
      accepted.push({ handshake, marks });
    }
  }
  return { results, accepted };
}

/** Marks again, as we asked ourselves to. One that throws stops no other. */
export function markAll(marks: readonly Mark[], next: Pick<Site, 'mark'>): void {
  marks.forEach(callOnce(next));
}

/** Each distinct mark once; the second time, what came of the first: null, or why it failed. */
function callOnce(next: Pick<Site, 'mark'>): (mark: Mark) => string | null {
  const done = new Map<string, string | null>();
  return (mark) => {
    const key = JSON.stringify(mark);
    let problem = done.get(key);
    if (problem === undefined) {
      problem = attempt(() => {
        next.mark?.(mark);
        return null;
      });
      done.set(key, problem);
    }
    return problem;
  };
}

/** The path of the route that renders a page. */
export function routeOf(publicPath: string, mapPath: MapPath): string {
  const route: unknown = mapPath(publicPath);
  if (typeof route !== 'string' || !route.startsWith('/')) {
    throw new Error(`mapPath gave ${JSON.stringify(route)}, without a leading slash`);
  }
  const ignored = whyIgnored(route);
  if (ignored !== null) {
    throw new Error(`mapPath gave a path that ${ignored}`);
  }
  return route;
}

/**
 * Next.js ignores a literal path that comes with the type `page`, and a pattern that comes without a type. A page that is
 * to stay until the new one is made needs no mark where a request makes it anew.
 */
export function marksOf(path: PagePath, mode: Mode, mapPath: MapPath, next: Next): Mark[] {
  if (path.isPattern) {
    return [{ path: path.value, ...(path.type && { type: path.type }), mode }];
  }
  const route = routeOf(path.value, mapPath);
  const layout: Mark[] = path.type === 'layout' ? [{ path: route, type: 'layout', mode }] : [];
  const remade = next.mark === null || (mode === 'refresh' && next.build().previewModeId !== null);
  return remade ? layout : [...layout, { path: route, mode }];
}

function refusedPrimary(primary: Handshake['paths'][number] | undefined): string | null {
  if (!primary) {
    return 'the handshake touches no page';
  }
  if ('refused' in primary) {
    return `${primary.value} ${primary.refused}`;
  }
  return primary.isPattern ? `${primary.value} is a pattern: put a real page first` : null;
}

function refusedTag(tags: readonly string[]): string | null {
  for (const tag of tags) {
    if (tag === '') {
      return 'a tag is empty';
    }
    if (tag.length > MAX_TAG_LENGTH) {
      return `the tag ${tag.slice(0, 40)}… has ${tag.length} characters, of at most ${MAX_TAG_LENGTH}`;
    }
    if (tag.includes(',')) {
      return `the tag ${tag} holds a comma`;
    }
  }
  return null;
}

/** What the Pages Router has no word for. */
function beyond({ paths, tags }: Handshake, next: Next): string | null {
  if (next.mark) {
    return null;
  }
  const many = paths.find((path) => 'isPattern' in path && (path.isPattern || path.type === 'layout'));
  if (many) {
    return `${many.value} stands for many pages, and the Pages Router knows single ones: send their paths`;
  }
  return tags.length > 0 && !next.pathsOfTag
    ? 'the Pages Router has no tags: set the option pathsOfTag, or send paths'
    : null;
}

/** The pages of a tag are touched as the handshake's own are: made anew, read and reported. */
async function withPagesOfTags(handshake: Handshake, { pathsOfTag }: Next): Promise<Handshake> {
  const found = await Promise.all(handshake.tags.map(async (tag) => pathsOfTag?.(tag) ?? []));
  const paths = [...handshake.paths, ...found.flat().map((path) => normalisePath(path))];
  return { ...handshake, paths: [...new Map(paths.map((path) => [path.value, path])).values()] };
}

function verdict(problem: string | null): Verdict {
  return problem === null ? { status: 'accepted' } : { status: 'rejected', reason: problem };
}

/** What was found wrong, or thrown. */
function attempt(work: () => string | null | undefined): string | null {
  try {
    return work() ?? null;
  } catch (thrown) {
    return wordsOf(thrown);
  }
}
