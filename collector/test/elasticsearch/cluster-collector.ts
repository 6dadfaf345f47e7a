import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

export type Json = Readonly<Record<string, unknown>>;

export interface ClusterCollector {
  readonly process: CollectorProcess;
  /** Answer of a path; `key` where one is needed. */
  readonly ask: (path: string, options?: AskOptions) => Promise<{ readonly status: number; readonly json: Json }>;
  /** Runs the command line on its configuration and data directory. */
  readonly command: (argv: readonly string[]) => Promise<CommandOutcome>;
  /** Asks until the answer fits; rejects with the last one after two minutes. */
  readonly until: (path: string, fits: (json: Json) => boolean, key?: string) => Promise<Json>;
}

export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

interface AskOptions {
  readonly method?: string;
  readonly key?: string | undefined;
  readonly body?: object;
}

export interface ClusterCollectorOptions {
  readonly url: string;
  readonly prefix: string;
  /** Of `elasticsearch` in its file. */
  readonly settings?: object;
  /** Beside that in its file. */
  readonly more?: object;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
}

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PATIENCE_MILLIS = 120_000;
const POLL_MILLIS = 100;

/** Credentials and authority of a cluster that the environment names. */
const clusterEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('ELASTICSEARCH_') && value !== undefined ? [[name, value]] : [],
    ),
  );

/** Collectors on a cluster, each with a data directory of its own; `stopAll` ends them. */
export const createClusterCollectors = () => {
  const running: CollectorProcess[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'noveum-cluster-'));
  const configs = new Map<string, string>();

  const start = async (options: ClusterCollectorOptions): Promise<ClusterCollector> => {
    const { args = [], dataDir, env = {}, more = {}, prefix, settings = {}, url } = options;
    const config = join(directory, `${prefix}-${String(running.length)}.json`);
    configs.set(prefix, config);
    writeFileSync(config, JSON.stringify({ ...more, elasticsearch: { prefix, refreshSeconds: 1, ...settings } }));
    const environment = { ...clusterEnvironment(), ELASTICSEARCH_URL: url, ...env };
    const collector = await startCollectorProcess({
      args: ['--config', config, ...args],
      env: environment,
      ...(dataDir === undefined ? {} : { dataDir }),
    });
    running.push(collector);

    const command: ClusterCollector['command'] = async (argv) => {
      const given = [MAIN, ...argv, '--config', config, '--data-dir', collector.dataDir];
      try {
        const { stdout, stderr } = await run(process.execPath, given, { env: { ...process.env, ...environment } });
        return { code: 0, out: stdout, said: stderr };
      } catch (error) {
        const { code, stderr = '', stdout = '' } = error as { code?: number; stdout?: string; stderr?: string };
        return { code: code ?? -1, out: stdout, said: stderr };
      }
    };
    const ask: ClusterCollector['ask'] = async (path, { body, key, method = 'GET' } = {}) => {
      const answer = await fetch(`${collector.http}${path}`, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
      return { status: answer.status, json: (isJson ? JSON.parse(text) : { text }) as Json };
    };
    const until: ClusterCollector['until'] = async (path, fits, key) => {
      const end = Date.now() + PATIENCE_MILLIS;
      for (;;) {
        const { json } = await ask(path, { key });
        if (fits(json)) return json;
        if (Date.now() > end) throw new Error(`${path} answers ${JSON.stringify(json)}\n${collector.log()}`);
        await delay(POLL_MILLIS);
      }
    };
    return { process: collector, ask, command, until };
  };

  return {
    start,
    /** The file of settings of the latest collector with that prefix. */
    configOf: (prefix: string): string => configs.get(prefix) ?? '',
    stopAll: async (): Promise<void> => {
      await Promise.all(running.splice(0).map((collector) => collector.stop()));
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
