// Plain JavaScript without dependencies: this runs before the install, on whatever Node is there (20.19 and up).
import { constants } from 'node:os';

import { build } from './build.js';
import { runChecks } from './checks.js';
import { ensureInstalled } from './install.js';
import { runInForeground } from './processes.js';
import { runTests } from './tests.js';

const TASKS = {
  build: () => build(),
  start: async (args) => (await build()) || runInForeground(['collector/dist/main.js', ...args]),
  test: async (args) => (await build()) || runTests(args),
  check: (args) => runChecks(args),
  node: async (args) => (await build()) || runInForeground(args),
};

const [name = '', ...args] = process.argv.slice(2);
const task = TASKS[name];
if (task === undefined) {
  console.error(`unknown task "${name}", expected one of ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}

const outcome = ensureInstalled() || (await task(args));
if (typeof outcome === 'string') {
  process.removeAllListeners(outcome);
  process.kill(process.pid, outcome);
  // A signal that this process can't die of still has to end it with the number a shell would give.
  setTimeout(() => process.exit(128 + (constants.signals[outcome] ?? 0)), 1_000);
} else {
  process.exitCode = outcome;
}
