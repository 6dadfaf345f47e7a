// The majors of Node that the SDK is tested on beside the one that everything else runs on, from the registry, once:
// they stay in .cache/nodes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './paths.js';

const MAJORS = [20, 22, 26];
const name = `node-${process.platform}-${process.arch}`;

for (const major of MAJORS) {
  const prefix = join(root, '.cache', 'nodes', String(major));
  if (existsSync(join(prefix, 'node_modules', name, 'bin', 'node'))) continue;
  mkdirSync(prefix, { recursive: true });
  const args = [
    'install',
    '--prefix',
    prefix,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--loglevel=error',
  ];
  const { status } = spawnSync('npm', [...args, `${name}@${major}`], { stdio: ['ignore', 2, 2], cwd: prefix });
  if (status !== 0) process.exitCode = status ?? 1;
}
