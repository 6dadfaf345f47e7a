import type { Listening } from './world.js';

/** The first line on standard output, which scripts wait for. */
export const listeningLine = ({ http, grpc, dataDir, store, auth }: Listening): string =>
  JSON.stringify({ event: 'listening', http, grpc, dataDir, store, auth });

/** What a person wants to know at the start. */
export const welcomeLines = ({ http, grpc, dataDir, auth }: Listening): readonly string[] => {
  const isOpen = auth === 'off';
  const key = isOpen ? '' : " -H 'Authorization: Bearer nv_…'";
  const body = `{"traces":[{"trace_id":"hello-1","name":"hello","start_time":"2026-01-01T00:00:00Z"}]}`;
  return [
    '',
    '  Noveum Trace is listening',
    '',
    `    HTTP   ${http}    OTLP, native API, reading`,
    `    gRPC   ${grpc}    OTLP`,
    `    data   ${dataDir}`,
    isOpen
      ? '    keys   none is needed on this machine, until you make the first: noveum-collector keys create'
      : '    keys   needed; make one with: noveum-collector keys create',
    '',
    '  Send a trace, and read it back:',
    '',
    `    curl -sS ${http}/v1/traces${key} -H 'Content-Type: application/json' -d '${body}'`,
    `    curl -sS ${http}/v1/traces/hello-1${key}`,
    '',
    '  From an OpenTelemetry application:',
    '',
    `    OTEL_EXPORTER_OTLP_ENDPOINT=${http}`,
    '',
  ];
};
