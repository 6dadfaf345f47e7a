import { join } from 'node:path';

import { describeExporter } from './exporter-suite.js';
import { programs, runProgram } from './run-program.js';
import { integer, place } from './sent-values.js';

const PROGRAM = join(programs, 'javascript', 'send.js');

/** 2^60, the only kind of integer beyond 2^53 that a JavaScript number holds. */
const EXACT = '1152921504606846976';
/** The same as JavaScript writes it into JSON: as few digits as make the same number. */
const AS_JSON = '1152921504606847000';

const withInteger = (value: string) => ({ beyond: integer(value), place: place(value) });

describeExporter({
  name: 'OpenTelemetry JavaScript',
  tools: [],
  service: 'orders-javascript',
  exceptionType: 'RangeError',
  lacks: ['whole', 'largest', 'smallest', 'counts'],
  prepare: () => Promise.resolve((args) => runProgram(process.execPath, [PROGRAM, ...args])),
  transports: (['none', 'gzip'] as const).flatMap((compression) => [
    {
      name: `http with JSON, compression ${compression}`,
      args: ({ http }) => ['http', `${http}/v1/traces`, compression],
      values: withInteger(AS_JSON),
    },
    {
      name: `http with protobuf, compression ${compression}`,
      args: ({ http }) => ['proto', `${http}/v1/traces`, compression],
      values: withInteger(EXACT),
    },
    {
      name: `grpc, compression ${compression}`,
      args: ({ grpc }) => ['grpc', `http://${grpc}`, compression],
      values: withInteger(EXACT),
    },
  ]),
});
