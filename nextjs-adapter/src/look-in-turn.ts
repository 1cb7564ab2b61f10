import { gate } from './site.js';

/** Of seven, two. */
const SILENT_PART = 2 / 7;
/** Past this we forget which pages were silent. */
const REMEMBERED = 1_000;

/**
 * Lets so many looks run at once, and of seven of them two at pages that gave no answer when they were last read: a page that hangs
 * takes its full time-out each time, and would keep the healthy ones waiting.
 */
export function looksInTurn(atOnce: number): InTurn {
  const all = gate(atOnce);
  const silent = gate(Math.max(1, Math.floor(atOnce * SILENT_PART)));
  const silentPaths = new Set<string>();
  return (path, work) => {
    const observed = async () => {
      const came = await work();
      if (came && 'unread' in came) {
        if (silentPaths.size >= REMEMBERED) {
          silentPaths.clear();
        }
        silentPaths.add(path);
      } else {
        silentPaths.delete(path);
      }
      return came;
    };
    return silentPaths.has(path) ? silent(() => all(observed)) : all(observed);
  };
}

/** Runs a work on a page, which may come to nothing, in its turn. */
export type InTurn = <T extends object | null>(path: string, work: () => Promise<T>) => Promise<T>;
