import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runProgram } from '../clients/run-program.js';
import { startCollectorProcess } from '../support/collector-process.js';
import type { Answered } from './described.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export const ADMIN_KEY = `nv_test_${'A'.repeat(32)}`;
const PROJECT = 'shop';
/** Small, so that a test can pass them. */
export const BODY_BYTES = 64 * 1024;
export const STALLED_MILLIS = 600;

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Answer extends Answered {
  readonly headers: IncomingHttpHeaders;
}

const agent = new Agent({ keepAlive: true });

/** Sends a request and takes its answer whole; of events, the beginning. */
export const ask = (address: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(address, { method: method.toUpperCase(), headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      const contentType = response.headers['content-type'] ?? '';
      const finish = (): void => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, contentType, body: Buffer.concat(chunks) });
      };
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (!contentType.startsWith('text/event-stream')) return;
        finish();
        request.destroy();
      });
      response.on('end', finish);
    });
    request.on('error', reject);
    request.end(body);
  });

export interface DescribedServer {
  readonly http: string;
  readonly port: number;
  readonly keys: { readonly ingest: string; readonly read: string; readonly admin: string };
  stop(): Promise<void>;
}

/** A built collector with keys of each role for one project, and small limits. */
export const startDescribedServer = async (): Promise<DescribedServer> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'noveum-openapi-'));
  await chmod(dataDir, 0o700);
  const keyFor = async (role: string): Promise<string> => {
    const scope = ['--project', PROJECT, '--env', 'test', '--role', role, '--data-dir', dataDir];
    return (await runProgram(process.execPath, [MAIN, 'keys', 'create', ...scope])).trim();
  };
  const keys = { ingest: await keyFor('ingest'), read: await keyFor('read'), admin: await keyFor('admin') };
  const bytes = String(BODY_BYTES);
  const collector = await startCollectorProcess({
    dataDir,
    args: ['--body-bytes', bytes, '--in-flight-bytes', bytes, '--header-timeout-millis', String(STALLED_MILLIS)],
    env: { NOVEUM_COLLECTOR_ADMIN_KEY: ADMIN_KEY },
  });
  return {
    http: collector.http,
    port: Number(new URL(collector.http).port),
    keys,
    async stop() {
      await collector.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
