import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { CollectorProcess } from '../support/collector-process.js';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface SnippetRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a block as a reader would, from the repository's root, but against this collector and its directory. */
export const runSnippet = (block: string, collector: CollectorProcess): Promise<SnippetRun> =>
  new Promise((resolve, reject) => {
    const script = block
      .replaceAll('http://127.0.0.1:4318', collector.http)
      .replaceAll('127.0.0.1:4317', collector.grpc)
      .replaceAll(/\.\/noveum-(?:backup|restored)/g, (path) => join(collector.dataDir, '..', path.slice(2)));
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.http,
        NOVEUM_ENDPOINT: collector.http,
        NOVEUM_COLLECTOR_DATA_DIR: collector.dataDir,
        // Whatever cluster the tests run on.
        NOVEUM_COLLECTOR_STORE: 'embedded',
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
