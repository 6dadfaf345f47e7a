import { readFileSync } from 'node:fs';

import { tuneProcess } from './tuned-process.js';

tuneProcess(process.env);
const { runCommand } = await import('./commands/index.js');

const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });

// A reader that goes away must not end the collector.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  readFile: (path) => readFileSync(path, 'utf8'),
  now: Date.now,
  out: (line) => process.stdout.write(`${line}\n`),
  say: (line) => process.stderr.write(`${line}\n`),
  isTerminal: process.stderr.isTTY,
  stopSignal,
  startCollector: async (config) => (await import('./collector.js')).startCollector(config),
  rederiveStored: async (...parameters) => (await import('./rederive-stored.js')).rederiveStored(...parameters),
});
process.exit(exitCode);
