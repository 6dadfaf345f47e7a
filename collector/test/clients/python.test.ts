import { join } from 'node:path';

import { describeExporter } from './exporter-suite.js';
import { preparePython } from './python-environment.js';
import { programs, runProgram } from './run-program.js';

const PROGRAM = join(programs, 'python', 'send.py');

describeExporter({
  name: 'OpenTelemetry Python',
  tools: ['python3'],
  service: 'orders-python',
  exceptionType: 'ValueError',
  scopeAttributes: { team: 'search' },
  prepare: async () => {
    const python = await preparePython('python');
    return (args) => runProgram(python, [PROGRAM, ...args]);
  },
  transports: (['none', 'gzip'] as const).flatMap((compression) => [
    { name: `http, compression ${compression}`, args: ({ http }) => ['http', `${http}/v1/traces`, compression] },
    { name: `grpc, compression ${compression}`, args: ({ grpc }) => ['grpc', grpc, compression] },
  ]),
});
