import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { pinnedNode } from '../deploy/scripts/paths.js';

const NEEDED = [22, 15];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isNewEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);

// The measures and the collectors that they start run on the Node that runs this.
if (isNewEnough) await import('./measure.js');
else if (existsSync(pinnedNode)) {
  const { status } = spawnSync(pinnedNode, process.argv.slice(1), { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  console.error(
    `the benchmarks need Node ${NEEDED.join('.')} or later, not ${process.version}: npm install brings one, and npm run bench uses it`,
  );
  process.exitCode = 2;
}
