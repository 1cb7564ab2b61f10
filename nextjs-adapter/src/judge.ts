import type { Broken, Sight } from './look.js';
import type { Handshake } from './read-call.js';
import type { Marker } from './read-marker.js';
import { isAtLeast, versionJson } from './version.js';

export type Status = 'fresh' | 'stale' | 'unproven' | 'failed';

/**
 * A page as it is reported: the version is that of the handshake's entry, null where the page does not show it; the status
 * is 0 where it gave no answer.
 */
export interface PageReport {
  readonly path: string;
  readonly version: string | number | null;
  readonly status: number;
}

export interface Judgement {
  readonly status: Status;
  /** A sentence on why it is not fresh. */
  readonly reason?: string;
  readonly pages: readonly PageReport[];
  /** A further look may find it otherwise. */
  readonly mayChange: boolean;
}

interface Seen {
  readonly path: string;
  /** What the page is judged by: where making it anew has failed, that. */
  readonly sight: Sight | Broken;
  /** The handshake's entry as the page shows it. */
  readonly shown: Marker | null;
}

/**
 * Judges a handshake by its pages, as the worker will: the primary page shows the entry at the wanted version or a later
 * one, and no touched page shows it lower. A removal: the primary page is gone, or no longer shows the entry, and neither
 * does any other touched page. Either way every touched page was read, and none answered with a 5xx.
 */
export function judge(handshake: Handshake, sights: ReadonlyMap<string, Sight>): Judgement {
  const seen = concretePaths(handshake).map((path): Seen => {
    const sight = sights.get(path) ?? { unread: 'nobody looked' };
    const shown = shownOn(sight, handshake);
    return { path, sight: isLeftBehind(sight, shown, handshake) ? sight.notRemade : sight, shown };
  });
  const pages = seen.map(({ path, sight, shown }) => ({
    path,
    version: 'unread' in sight ? null : versionJson(shown?.version ?? null),
    status: statusOf(sight),
  }));
  return { ...verdict(handshake, seen), pages };
}

/** The pages of a handshake that can be read: the primary one first, no patterns and nothing refused. */
export function concretePaths(handshake: Handshake): string[] {
  return handshake.paths.filter((path) => !('refused' in path) && !path.isPattern).map((path) => path.value);
}

type Verdict = Omit<Judgement, 'pages'>;

const FRESH: Verdict = { status: 'fresh', mayChange: false };
const UNVERSIONED: Verdict = {
  status: 'unproven',
  mayChange: false,
  reason: 'the change has no version',
};

function verdict(handshake: Handshake, seen: readonly Seen[]): Verdict {
  const [primary] = seen;
  if (!primary) {
    return { status: 'unproven', mayChange: false, reason: 'no page can be read' };
  }
  const { sight, path } = primary;
  const wanted = handshake.version;
  if (handshake.removes) {
    return unseen(seen) ?? removal(primary, seen);
  }
  if (wanted === null) {
    return unseen([primary]) ?? UNVERSIONED;
  }
  const broken = unseen(seen);
  if (broken) {
    return broken;
  }
  const status = statusOf(sight);
  const entry = `${handshake.type}:${handshake.slug}`;
  if (primary.shown === null) {
    if (status >= 400) {
      return notYet('stale', `${path} answered with status ${status}, wanted ${entry}@${wanted}`);
    }
    return {
      status: 'unproven',
      // A page that shows other entries has markers and may yet show this one.
      mayChange: 'markers' in sight && sight.markers.length > 0,
      reason: `${path} shows no content-version of ${entry}, wanted ${wanted}`,
    };
  }
  for (const { path: there, shown } of seen) {
    if (shown && !isAtLeast(shown.version, wanted)) {
      return notYet('stale', `${there} shows ${shown.entry}@${shown.version}, wanted ${wanted}`);
    }
  }
  return FRESH;
}

/** A page that could not be read, or has nothing but an error to show, proves nothing. */
function unseen(seen: readonly Seen[]): Verdict | null {
  for (const { path: other, sight: there } of seen) {
    if ('unread' in there) {
      return notYet('failed', `${other} was not read: ${there.unread}`);
    }
    if (there.status >= 500) {
      return notYet(
        'failed',
        `${other} answered with status ${there.status}${'markers' in there ? '' : ' when made anew'}`,
      );
    }
  }
  return null;
}

/** The old page stays where making it anew has failed; unless that one proves the change too, it proves nothing. */
function isLeftBehind(
  sight: Sight,
  shown: Marker | null,
  { removes, version }: Handshake,
): sight is Sight & { readonly notRemade: Broken } {
  if ('unread' in sight || !sight.notRemade) {
    return false;
  }
  return removes ? !isGone(sight.status) : version === null || shown === null || !isAtLeast(shown.version, version);
}

function removal({ path, sight }: Seen, seen: readonly Seen[]): Verdict {
  const status = statusOf(sight);
  const gone = isGone(status);
  for (const { path: there, shown } of gone ? seen.slice(1) : seen) {
    if (shown) {
      return notYet('stale', `${there} still shows version ${shown.version}, wanted it gone`);
    }
  }
  if (!gone && (status < 200 || status >= 400)) {
    return notYet('failed', `${path} answered with status ${status}, wanted it gone`);
  }
  return FRESH;
}

/** 0 where the page gave no answer. */
function statusOf(sight: Sight | Broken): number {
  return 'unread' in sight ? 0 : sight.status;
}

function isGone(status: number): boolean {
  return status === 404 || status === 410;
}

function notYet(status: Status, reason: string): Verdict {
  return { status, reason, mayChange: true };
}

/**
 * The handshake's entry on a page; of several versions, one that is behind. After a rename, what a page shows under the
 * old slug is the same entry, left behind; only a page that is gone may say anything of it.
 */
function shownOn(sight: Sight, { type, slug, previousSlug, version: wanted }: Handshake): Marker | null {
  if ('unread' in sight) {
    return null;
  }
  const under = (name: string) => sight.markers.filter(({ entry }) => entry === `${type}:${name}`);
  let shown = under(slug);
  if (shown.length === 0 && previousSlug !== null && !isGone(sight.status)) {
    shown = under(previousSlug);
  }
  return shown.find(({ version }) => wanted !== null && !isAtLeast(version, wanted)) ?? shown[0] ?? null;
}
