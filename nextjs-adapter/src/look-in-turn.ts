import type { Sight } from './look.js';
import { gate } from './site.js';

const AT_ONCE = 7;
const SILENT_AT_ONCE = 2;
/** Past this we forget which pages were silent. */
const REMEMBERED = 1_000;

/**
 * Lets seven looks run at once, and of them two at pages that gave no answer when they were last read: a page that hangs
 * takes its full time-out each time, and would keep the healthy ones waiting.
 */
export function looksInTurn(): (path: string, look: () => Promise<Sight>) => Promise<Sight> {
  const all = gate(AT_ONCE);
  const silent = gate(SILENT_AT_ONCE);
  const silentPaths = new Set<string>();
  return (path, look) => {
    const observed = async () => {
      const sight = await look();
      if ('unread' in sight) {
        if (silentPaths.size >= REMEMBERED) {
          silentPaths.clear();
        }
        silentPaths.add(path);
      } else {
        silentPaths.delete(path);
      }
      return sight;
    };
    return silentPaths.has(path) ? silent(() => all(observed)) : all(observed);
  };
}
