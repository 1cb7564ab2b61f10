// Fails when the package, as it is downloaded, has become large.
import { execFileSync } from 'node:child_process';

const LIMIT = 15_000;
const [{ size, files }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }),
);
console.log(`packed size: ${size} bytes of at most ${LIMIT}, in ${files.length} files`);
process.exitCode = size <= LIMIT ? 0 : 1;
