import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** Less than a second where nothing else runs. */
const START_TIMEOUT_MILLIS = 120_000;
const STOP_TIMEOUT_MILLIS = 15_000;
const KEPT_LOG_CHARACTERS = 20_000;

export interface CollectorProcessOptions {
  /** Flags beside `--http-port`, `--grpc-port` and `--data-dir`. */
  readonly args?: readonly string[];
  /** Default: any free one. */
  readonly httpPort?: number;
  readonly grpcPort?: number;
  /** Added to the environment; inherited `NOVEUM_*` and store addresses are taken out first. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: a fresh temporary directory, removed by `stop()`. A given one stays. */
  readonly dataDir?: string;
  /** Default: this process's own Node. */
  readonly node?: string;
}

export interface CollectorExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CollectorProcess {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly http: string;
  /** `127.0.0.1:<port>`. */
  readonly grpc: string;
  readonly dataDir: string;
  readonly pid: number;
  /** The whole first line, parsed. */
  readonly listening: Readonly<Record<string, unknown>>;
  /** The end of what was written to standard error. */
  log(): string;
  /** SIGTERM; resolves when it has gone (SIGKILL after 15 s), then clears a temporary data directory. Idempotent. */
  stop(): Promise<CollectorExit>;
  /** SIGKILL; resolves when it has gone. The data directory stays, for the next start. */
  kill(): Promise<CollectorExit>;
}

/** Of the tests' own environment what no collector listens to, and what is added. */
export const cleanEnvironment = (added: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(NOVEUM_|ELASTICSEARCH_|OTEL_|REDIS_URL$|NODE_OPTIONS$)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...added };
};

const firstLine = (child: ChildProcess, exited: Promise<CollectorExit>, log: () => string): Promise<string> =>
  new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the collector has no standard output');
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`${reason}\n${log()}`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`the collector said nothing within ${String(START_TIMEOUT_MILLIS)} ms`);
    }, START_TIMEOUT_MILLIS);
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    exited.then(
      ({ code, signal }) => {
        fail(`the collector ended before it listened (code ${String(code)}, signal ${String(signal)})`);
      },
      (error: unknown) => {
        fail(String(error));
      },
    );
  });

/** Starts the built collector on free ports and waits for its first line. Rejects with its log where it doesn't come up. */
export const startCollectorProcess = async (options: CollectorProcessOptions = {}): Promise<CollectorProcess> => {
  if (!existsSync(MAIN)) throw new Error('collector/dist/main.js is missing: run `npm run build` first');
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'noveum-test-')));
  const { httpPort = 0, grpcPort = 0 } = options;
  const ports = ['--http-port', String(httpPort), '--grpc-port', String(grpcPort), '--data-dir', dataDir];
  const child = spawn(options.node ?? process.execPath, [MAIN, ...ports, ...(options.args ?? [])], {
    env: cleanEnvironment(options.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_LOG_CHARACTERS);
  });
  const log = () => stderr;
  const exited = new Promise<CollectorExit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const clear = async () => {
    if (temporary) await rm(dataDir, { recursive: true, force: true });
  };

  let listening: Record<string, unknown>;
  try {
    listening = JSON.parse(await firstLine(child, exited, log)) as Record<string, unknown>;
  } catch (error) {
    child.kill('SIGKILL');
    await clear();
    throw error;
  }
  return {
    http: String(listening.http),
    grpc: String(listening.grpc),
    dataDir,
    pid: child.pid ?? -1,
    listening,
    log,
    stop: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MILLIS);
      child.kill('SIGTERM');
      const exit = await exited;
      clearTimeout(timer);
      await clear();
      return exit;
    },
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
};
