// Types by tsc, then one small file an entry: what entries share is split off, so that none loads what it does not use.
import { execFileSync } from 'node:child_process';
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { minify } from 'terser';

/** Names that are never on the wire, in an option, or somebody else's. */
const OWN =
  /^(accepted|again|bodyDigest|budgetMs|callbackKey|callbacks|canRemake|form|gates|goodUntil|handshake|heals|isPattern|judgement|keyId|look|looks|mark|markers|marks|mayChange|notRemade|ownUrl|previousSlug|problem|ready|refused|remake|removes|report|revalidationKeys|settings|shown|sight|subject|unasked|unread|why)$/;

const names = (...entries) => entries.map((name) => `src/${name}.ts`);

await rm('dist', { recursive: true, force: true });
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const entryPoints of [names('index', 'pages', 'instrumentation'), names('content-version')]) {
  await build({
    entryPoints,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.9',
    mangleProps: OWN,
    mangleQuoted: true,
    outdir: 'dist',
  });
}

const files = (await readdir('dist')).filter((name) => name.endsWith('.js'));
const chunks = files.filter((name) => name.startsWith('chunk-')).sort();
const shortName = (name) => (chunks.includes(name) ? `${chunks.indexOf(name)}.js` : name);
for (const name of files) {
  const { code } = await minify(await readFile(`dist/${name}`, 'utf8'), {
    module: true,
    ecma: 2020,
    compress: { passes: 3, pure_getters: true, unsafe_arrows: true },
  });
  await writeFile(
    `dist/${name}`,
    chunks.reduce((text, chunk) => text.replaceAll(chunk, shortName(chunk)), code),
  );
  await rename(`dist/${name}`, `dist/${shortName(name)}`);
}
