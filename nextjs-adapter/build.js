// Types by tsc, then one small file an entry: what entries share is split off, so that none loads what it does not use.
import { rm, writeFile, readFile, readdir } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { minify } from 'terser';

await rm('dist', { recursive: true, force: true });
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
await build({
  entryPoints: ['index', 'pages', 'instrumentation', 'content-version'].map((name) => `src/${name}.ts`),
  bundle: true,
  splitting: true,
  chunkNames: '[hash]',
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20.9',
  outdir: 'dist',
});
for (const name of (await readdir('dist')).filter((name) => name.endsWith('.js'))) {
  const { code } = await minify(await readFile(`dist/${name}`, 'utf8'), {
    module: true,
    ecma: 2020,
    compress: { passes: 3, pure_getters: true, unsafe_arrows: true },
  });
  await writeFile(`dist/${name}`, code);
}
