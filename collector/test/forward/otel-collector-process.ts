import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cache, runProgram } from '../clients/run-program.js';
import { until } from './two-collectors.js';

const SOURCE = fileURLToPath(new URL('./otel-collector', import.meta.url));
const BINARY = join(cache, 'otel-collector', 'otelcol');

/** Without Go's cache, on a machine that does something else besides. */
export const BUILD_MILLIS = 600_000;

export const buildOtelCollector = (): Promise<string> =>
  runProgram('go', ['build', '-ldflags', '-s -w', '-o', BINARY, '.'], {
    cwd: SOURCE,
    installs: true,
    timeoutMillis: BUILD_MILLIS,
  });

export interface OtelCollectorOptions {
  readonly directory: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Where it sends what it takes, as OTLP/JSON, before it answers. */
  readonly sink: string;
}

export interface OtelCollector {
  log(): string;
  /** SIGKILL; resolves when it has gone. */
  kill(): Promise<void>;
}

const configOf = ({ httpPort, grpcPort, sink }: OtelCollectorOptions): string => `
receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:${String(httpPort)}
      grpc:
        endpoint: 127.0.0.1:${String(grpcPort)}
exporters:
  otlp_http:
    endpoint: ${sink}
    encoding: json
    compression: none
    retry_on_failure:
      enabled: false
    sending_queue:
      enabled: false
service:
  telemetry:
    logs:
      level: error
    metrics:
      level: none
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [otlp_http]
    logs:
      receivers: [otlp]
      exporters: [otlp_http]
`;

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });

/** Starts it; resolves once it takes connections. */
export const startOtelCollector = async (options: OtelCollectorOptions): Promise<OtelCollector> => {
  const config = join(options.directory, `otelcol-${String(options.httpPort)}.yaml`);
  await writeFile(config, configOf(options));
  const child = spawn(BINARY, ['--config', `file:${config}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
  });
  const gone = once(child, 'exit');
  const started: OtelCollector = {
    log: () => log,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
  const listens = Promise.all(
    [options.httpPort, options.grpcPort].map((port) =>
      until(
        () => isListening(port),
        (isThere) => isThere || child.exitCode !== null,
      ),
    ),
  );
  await Promise.race([listens, gone]).catch(() => started.kill());
  if (child.exitCode !== null || child.killed) throw new Error(`the OpenTelemetry Collector did not start: ${log}`);
  return started;
};
