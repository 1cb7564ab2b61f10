import { remake } from './look.js';
import type { InTurn } from './look-in-turn.js';
import { normalisePath } from './normalise-path.js';
import type { Settings } from './options.js';
import { markAll, marksOf } from './revalidate.js';
import { sayHello, type Missed } from './say-hello.js';
import { shared } from './shared.js';
import type { Mark, Site } from './site.js';

const REMAKE_WITHIN_MS = 10_000;

/** Asks the worker what this process missed, makes up for it, and then it is ready. */
export async function catchUp(settings: Settings, site: Site, inTurn: InTurn): Promise<Response> {
  const missed = await sayHello(settings, site);
  if (typeof missed === 'string') {
    return Response.json({ error: missed }, { status: 503 });
  }
  markAll(marksOfAll(missed, settings, site), site);
  // What was marked is outdated once the answer is out.
  site.after(async () => {
    const broken = site.mark ? 0 : await remakeAll(missed, settings, site, inTurn);
    shared().ready = true;
    const what = missed.everything ? 'everything' : `${missed.paths.length} paths and ${missed.tags.length} tags`;
    site.log(
      missed.unasked
        ? 'ready; the worker is too old to be asked'
        : `ready: caught up with ${what}${broken > 0 ? `, ${broken} pages not made anew` : ''}`,
    );
  });
  return Response.json({ status: 'revalidated' }, { status: 202 });
}

function marksOfAll({ everything, paths, tags }: Missed, { mapPath }: Settings, site: Site): Mark[] {
  const mode = 'expire';
  return everything
    ? [{ path: '/', type: 'layout', mode }]
    : [
        ...paths.flatMap((path) => {
          try {
            return marksOf(path, mode, mapPath, site);
          } catch {
            // Without a route it was no page of ours when it changed, either.
            return [];
          }
        }),
        ...tags.map((tag) => ({ tag, mode }) as const),
      ];
}

/** How many pages could not be made anew. */
async function remakeAll(
  { everything, paths, tags }: Missed,
  settings: Settings,
  site: Site,
  inTurn: InTurn,
): Promise<number> {
  const { pathsOfTag } = site;
  const every = everything || paths.some((path) => path.type) || (tags.length > 0 && !pathsOfTag);
  const tagged = every || !pathsOfTag ? [] : (await Promise.all(tags.map(async (tag) => pathsOfTag(tag)))).flat();
  // The build knows routes, its own among them, and others what visitors ask for.
  const asked = every ? { ...settings, mapPath: (route: string) => route } : settings;
  const all = new Set(
    pathsIn(
      every
        ? site.build().paths.filter((path) => !path.startsWith('/_'))
        : [...paths.map(({ value }) => value), ...tagged],
    ),
  );
  const came = await Promise.all(
    [...all].map((path) => inTurn(path, () => remake(path, REMAKE_WITHIN_MS, asked, site))),
  );
  return came.filter((broken) => broken !== null).length;
}

function pathsIn(texts: readonly string[]): string[] {
  return texts.map((text) => normalisePath(text)).flatMap((path) => ('refused' in path ? [] : [path.value]));
}
