import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { LOADGEN, LOADGEN_SOURCE } from './paths.js';

/** Builds the load generator at first use. Throws where Go is missing or the build fails. */
export const ensureLoadgen = () => {
  if (existsSync(LOADGEN)) return;
  const { status, error } = spawnSync('go', ['build', '-o', LOADGEN, '.'], { cwd: LOADGEN_SOURCE, stdio: 'inherit' });
  if (status !== 0) throw new Error(`the load generator needs Go 1.24 or later: ${error?.message ?? 'build failed'}`);
};

/** Runs the load generator against a collector with more of its flags; resolves to the object that it prints. */
export const runLoad = (collector, flags) =>
  new Promise((resolve, reject) => {
    const args = ['-url', `${collector.http}/v1/traces`, ...flags.map(String)];
    const child = spawn(LOADGEN, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`the load generator ended with ${code}`));
    });
  });

/** Requests by what became of those that were not acknowledged, e.g. `{ 503: 4 }`. */
export const refusedOf = ({ codes }) => Object.fromEntries(Object.entries(codes).filter(([code]) => code !== '200'));
