import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { NextConfig } from 'next';
import { PHASE_PRODUCTION_BUILD } from 'next/constants';
import { CONTENT_API_URL } from './lib/content';

// Tests build a site of their own beside the one that is run by hand.
const distDir = process.env.NEXT_DIST_DIR ?? '.next';

const config: NextConfig = {
  distDir,
  poweredByHeader: false,
  turbopack: { root: import.meta.dirname },
};

export default async function nextConfig(phase: string): Promise<NextConfig> {
  if (phase === PHASE_PRODUCTION_BUILD) {
    await requireContentApi();
    await forgetEarlierBuild();
  }
  return config;
}

/** The build makes every page, so it needs the posts; without them it would fail once for every page. */
async function requireContentApi() {
  const problem = await fetch(`${CONTENT_API_URL}/health`, { signal: AbortSignal.timeout(5_000) }).then(
    (response) => (response.ok ? null : `answers ${response.status}`),
    () => 'does not answer',
  );
  if (problem === null) return;
  console.error(
    `\nThe content API at ${CONTENT_API_URL} ${problem}, and the build needs its posts: start it with "npm run content-api", ` +
      'or say where it is with CONTENT_API_URL.\n',
  );
  process.exit(1);
}

/** Next.js keeps what a build fetched and hands it to the next build, which would then make new pages of old posts. */
async function forgetEarlierBuild() {
  await rm(path.join(import.meta.dirname, distDir, 'cache', 'fetch-cache'), { recursive: true, force: true });
}
