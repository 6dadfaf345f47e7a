import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(process.cwd(), 'collector/dist/main.js');

export interface RunningCollector {
  /** `http://127.0.0.1:<port>`. */
  readonly http: string;
  readonly port: number;
  /** `127.0.0.1:<port>`. */
  readonly grpc: string;
  /** The trace once it is stored: asked for again until it has as many spans. */
  trace(traceId: string, spans: number): Promise<Readonly<Record<string, unknown>>>;
  /** SIGKILL; what it has acknowledged stays on disk. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface CollectorOptions {
  readonly port?: number;
  /** Given: it stays after `stop`. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const TRACE_TIMEOUT_MILLIS = 30_000;

const isOfTheTests = (name: string): boolean => !/^(NOVEUM_|ELASTICSEARCH_|OTEL_|REDIS_URL$|NODE_OPTIONS$)/.test(name);

/** The collector as it is built: the real peer. */
export const startCollector = async ({ port = 0, dataDir, env }: CollectorOptions = {}): Promise<RunningCollector> => {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'noveum-sdk-test-')));
  const args = [MAIN, '--http-port', String(port), '--grpc-port', '0', '--data-dir', directory];
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => isOfTheTests(name)));
  const child = spawn(process.execPath, args, { env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    exited.then(() => Promise.reject(new Error('the collector ended before it listened'))),
  ]);
  const { grpc, http } = JSON.parse(line) as { readonly http: string; readonly grpc: string };

  return {
    http,
    grpc,
    port: Number(new URL(http).port),
    async trace(traceId, spans) {
      const until = Date.now() + TRACE_TIMEOUT_MILLIS;
      for (;;) {
        const answer = await fetch(`${http}/v1/traces/${traceId}`);
        const body = (await answer.json()) as Record<string, unknown>;
        const trace = (body.trace ?? body) as Record<string, unknown>;
        if (answer.ok && Array.isArray(trace.spans) && trace.spans.length >= spans) return trace;
        if (Date.now() > until) throw new Error(`trace ${traceId}: ${String(answer.status)} after 30 s`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      if (dataDir === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
};
