import type { Settings } from './options.js';
import { shared } from './shared.js';
import type { Site } from './site.js';

/** Says whether this process has caught up. */
export function readiness(settingsOf: () => Settings, { build }: Pick<Site, 'build'>): () => Response {
  return () => {
    const { ready, why } = shared();
    const headers = { 'cache-control': 'no-store' };
    if (!ready) {
      return Response.json({ status: 'catching-up', reason: why }, { status: 503, headers });
    }
    const { replica, buildId } = settingsOf();
    return Response.json({ status: 'ready', replica, build_id: buildId ?? build().id }, { headers });
  };
}
