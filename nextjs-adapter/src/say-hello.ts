import { tellWorker } from './call-back.js';
import type { Settings } from './options.js';
import type { PagePath } from './normalise-path.js';
import { list, requestedPath, texts } from './read-call.js';
import { wordsOf, type Site } from './site.js';

/** What a process missed that was built, or was away, when others were told. */
export interface Missed {
  readonly everything: boolean;
  readonly paths: readonly PagePath[];
  readonly tags: readonly string[];
  /** The worker knows nothing of such questions. */
  readonly unasked?: true;
}

/** Tells the worker that this process is there, and hears what it missed. A text says why there is no answer. */
export async function sayHello(
  settings: Settings,
  site: Pick<Site, 'fetch' | 'now' | 'timeout' | 'build' | 'ownUrl'>,
): Promise<Missed | string> {
  const build = site.build();
  const url = settings.replicaUrl ?? site.ownUrl();
  const hello = {
    site: settings.site,
    replica: settings.replica,
    build_id: settings.buildId ?? build.id,
    build_time: settings.buildTime ?? build.time,
    ...(url !== null && { url }),
  };
  try {
    const response = await tellWorker('/api/replicas/hello', settings.replica, hello, settings, site);
    if (response.status === 404) {
      return { everything: false, paths: [], tags: [], unasked: true };
    }
    if (!response.ok) {
      return `the worker answered ${response.status}`;
    }
    const { everything, paths, tags } = (await response.json()) as Record<string, unknown>;
    return {
      everything: everything === true,
      paths: list(paths)
        .map(requestedPath)
        .filter((path): path is PagePath => !('refused' in path)),
      tags: texts(tags),
    };
  } catch (thrown) {
    return `the worker: ${wordsOf(thrown)}`;
  }
}
