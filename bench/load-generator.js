import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCE = fileURLToPath(new URL('./loadgen', import.meta.url));
const CACHE = fileURLToPath(new URL('./.cache', import.meta.url));
const BINARY = `${CACHE}/loadgen`;

const run = promisify(execFile);

/** Builds the Go generator at its first use. */
export const buildLoadGenerator = () => {
  if (existsSync(BINARY)) return;
  mkdirSync(CACHE, { recursive: true });
  const { status } = spawnSync('go', ['build', '-o', BINARY, '.'], { cwd: SOURCE, stdio: 'inherit' });
  if (status !== 0) throw new Error('the load generator could not be built: is Go installed?');
};

/** Runs the generator against `http`; flags as `bench/loadgen/main.go` has them. Resolves to the JSON that it prints. */
export const generate = async (http, flags) => {
  buildLoadGenerator();
  const { stdout } = await run(BINARY, ['-url', `${http}/v1/traces`, ...flags.map(String)], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout);
};
