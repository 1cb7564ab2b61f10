import { readFileSync, statSync } from 'node:fs';
import type { Build } from './site.js';

interface Manifest {
  preview?: { previewModeId?: string };
  routes?: Record<string, unknown>;
}

/** Reads, once, what `next build` left in its directory. Never throws. */
export function readBuild(distDir: string): () => Build {
  let build: Build | undefined;
  return () => {
    build ??= read(distDir);
    return build;
  };
}

function read(distDir: string): Build {
  const file = (name: string) => `${distDir}/${name}`;
  const manifest = orNull(() => JSON.parse(readFileSync(file('prerender-manifest.json'), 'utf8')) as Manifest);
  return {
    previewModeId: manifest?.preview?.previewModeId ?? null,
    id: orNull(() => readFileSync(file('BUILD_ID'), 'utf8').trim()),
    time: orNull(() => statSync(file('BUILD_ID')).mtime.toISOString()),
    paths: Object.keys(manifest?.routes ?? {}),
  };
}

function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
