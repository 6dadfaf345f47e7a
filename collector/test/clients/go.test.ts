import { join } from 'node:path';

import { describeExporter } from './exporter-suite.js';
import { cache, programs, runProgram } from './run-program.js';

const BINARY = join(cache, 'go-clients', 'send');

describeExporter({
  name: 'OpenTelemetry Go',
  tools: ['go'],
  service: 'orders-go',
  exceptionType: '*errors.errorString',
  scopeAttributes: { team: 'search' },
  prepare: async () => {
    await runProgram('go', ['build', '-o', BINARY, '.'], { cwd: join(programs, 'go'), installs: true });
    return (args) => runProgram(BINARY, args);
  },
  transports: (['none', 'gzip'] as const).flatMap((compression) => [
    { name: `http, compression ${compression}`, args: ({ http }) => ['http', `${http}/v1/traces`, compression] },
    { name: `grpc, compression ${compression}`, args: ({ grpc }) => ['grpc', grpc, compression] },
  ]),
});
