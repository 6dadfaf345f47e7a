import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../../../deploy/elasticsearch/es.sh', import.meta.url));
const POLL_MILLIS = 100;

/** A first start downloads the node, and the machine may be busy. */
export const NODE_START_TIMEOUT_MILLIS = 420_000;

/** Tests are short: the second compiler would cost more than it gives back. */
const FEW_SECONDS_OF_WORK = '-XX:TieredStopAtLevel=1';

const script = async (
  command: 'start' | 'resume' | 'stop',
  folder: string,
  { anyPort = false } = {},
): Promise<string> => {
  const env = {
    ES_PORT: '0',
    ES_EXTRA: FEW_SECONDS_OF_WORK,
    ES_PARENT: process.env.NOVEUM_TEST_RUN_PID ?? String(process.pid),
    ...process.env,
    ...(anyPort ? { ES_PORT: '0' } : {}),
    ES_RUN: folder,
  };
  const { stdout } = await run(SCRIPT, [command], { env, timeout: NODE_START_TIMEOUT_MILLIS });
  return stdout.trim();
};

const runFolder = (): string => {
  const folder = process.env.NOVEUM_TEST_RUN_DIR;
  if (folder === undefined) throw new Error('NOVEUM_TEST_RUN_DIR is missing: jest has to run with the global set-up');
  return folder;
};

const startShared = async (folder: string): Promise<void> => {
  const told = join(folder, 'told');
  try {
    const url = await script('start', join(folder, 'node'));
    writeFileSync(told, JSON.stringify({ url }));
  } catch (error) {
    writeFileSync(told, JSON.stringify({ problem: String((error as { stderr?: string }).stderr ?? error) }));
  }
  renameSync(told, join(folder, 'outcome.json'));
};

/** The URL of the run's one node. The first suite of any worker starts it, the others wait; the end of the run stops it. */
export const sharedNodeUrl = async (): Promise<string> => {
  const folder = join(runFolder(), 'elasticsearch');
  const outcome = join(folder, 'outcome.json');
  let isFirst = true;
  try {
    mkdirSync(folder, { mode: 0o755 });
  } catch {
    isFirst = false;
  }
  if (isFirst) await startShared(folder);
  while (!existsSync(outcome)) await delay(POLL_MILLIS);
  const { url, problem } = JSON.parse(readFileSync(outcome, 'utf8')) as { url?: string; problem?: string };
  if (url === undefined) throw new Error(`Elasticsearch did not start: ${problem ?? ''}`);
  return url;
};

/** A node of one's own, for tests that kill it. */
export interface OwnNode {
  readonly url: string;
  /** SIGKILL; resolves when it has gone. Its data stay. */
  kill(): Promise<void>;
  /** Starts it again over its data and on its port. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

export const startOwnNode = async (): Promise<OwnNode> => {
  const parent = await mkdtemp(join(process.env.NOVEUM_TEST_RUN_DIR ?? tmpdir(), 'own-'));
  await chmod(parent, 0o755);
  const folder = join(parent, 'node');
  // A port that the environment names is the shared node's.
  const url = await script('start', folder, { anyPort: true });
  return {
    url,
    kill: async () => {
      const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
      process.kill(pid, 'SIGKILL');
      while (isAlive(pid)) await delay(POLL_MILLIS);
    },
    resume: async () => {
      await script('resume', folder);
    },
    stop: async () => {
      await script('stop', folder);
    },
  };
};
