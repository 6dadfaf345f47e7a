import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { storeFlags } from './elasticsearch.js';
import { COLLECTOR_MAIN } from './paths.js';

const KEPT_LOG_CHARACTERS = 20_000;
const INHERITED = /^(NOVEUM_|OTEL_|REDIS_URL$|NODE_OPTIONS$)/;

/**
 * Starts the built collector on free ports of loopback. `readyMillis` is the time from spawn to its first line.
 * `store` is `embedded` or `elasticsearch`, the latter at `ELASTICSEARCH_URL`; `flags` are more of its flags, `ownEnv` more of its
 * environment.
 */
export const startCollector = async (dataDir, store, flags = [], ownEnv = {}) => {
  const inherited = Object.entries(process.env).filter(([name]) => !INHERITED.test(name));
  const env = { ...Object.fromEntries(inherited), ...ownEnv };
  const args = [
    '--http-port',
    '0',
    '--grpc-port',
    '0',
    '--data-dir',
    dataDir,
    ...(await storeFlags(dataDir, store)),
    ...flags,
  ];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [COLLECTOR_MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-KEPT_LOG_CHARACTERS);
  });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    exited.then(({ code, signal }) => Promise.reject(new Error(`collector ended (${code ?? signal})\n${log}`))),
  ]);
  const end = (signal) => {
    child.kill(signal);
    return exited;
  };
  return {
    http: JSON.parse(line).http,
    pid: child.pid,
    dataDir,
    readyMillis: performance.now() - startedAt,
    log: () => log,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
};
