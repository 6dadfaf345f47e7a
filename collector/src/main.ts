import { readFileSync } from 'node:fs';

import { tuneProcess } from './tuned-process.js';

tuneProcess(process.env);
const { prepareDrainThread } = await import('./store-threads.js');
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
  show: (line) => process.stderr.write(`\r\u001b[2K${line}`),
  isTerminal: process.stderr.isTTY,
  stopSignal,
  startCollector: async (config) => {
    // Its code is loaded beside the collector's.
    const drainThread = prepareDrainThread();
    const { startCollector } = await import('./collector.js');
    return startCollector(config, drainThread);
  },
  openKeys: async (config) => {
    const { openMetaStore } = await import('./open-meta-store.js');
    const { createDiskFiles } = await import('./files/index.js');
    return (await openMetaStore(config, createDiskFiles())).metaStore;
  },
  listDeadLetters: async ({ dataDir }, project) => {
    const { describeDeadLetters } = await import('./dead-letters.js');
    const { dataPathsOf } = await import('./config/index.js');
    const { createDiskFiles } = await import('./files/index.js');
    return describeDeadLetters(createDiskFiles(), dataPathsOf(dataDir).deadLetters, project);
  },
  rederiveStored: async (...parameters) => (await import('./rederive-stored.js')).rederiveStored(...parameters),
  migrateStored: async (...parameters) => (await import('./migrate-stored.js')).migrateStored(...parameters),
});
process.exit(exitCode);
