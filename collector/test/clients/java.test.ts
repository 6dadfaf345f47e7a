import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { describeExporter } from './exporter-suite.js';
import { cache, programs, runProgram } from './run-program.js';

const PROJECT = join(programs, 'java');
const BUILT = join(cache, 'java-clients');
const CLASSES = join(BUILT, 'classes');
const JARS = join(BUILT, 'jars', '*');

/** This exporter sends an empty text as a value of no kind. */
const EMPTY_AS_NOTHING = { empty: { shown: null, otlp: {} } };

const build = async (): Promise<void> => {
  await rm(BUILT, { recursive: true, force: true });
  const copyJars = ['-q', '-B', 'dependency:copy-dependencies', `-Dclients.directory=${join(BUILT, 'jars')}`];
  await runProgram('mvn', copyJars, { cwd: PROJECT, installs: true });
  await runProgram('javac', ['-encoding', 'UTF-8', '-d', CLASSES, '-cp', JARS, join(PROJECT, 'Send.java')]);
};

describeExporter({
  name: 'OpenTelemetry Java',
  tools: ['java', 'mvn'],
  service: 'orders-java',
  exceptionType: 'java.lang.IllegalStateException',
  lacks: ['place', 'raw', 'nothing'],
  prepare: async () => {
    await build();
    return (args) => runProgram('java', ['-cp', `${CLASSES}:${JARS}`, 'Send', ...args]);
  },
  transports: (['none', 'gzip'] as const).flatMap((compression) => [
    {
      name: `http, compression ${compression}`,
      args: ({ http }) => ['http', `${http}/v1/traces`, compression],
      values: EMPTY_AS_NOTHING,
    },
    {
      name: `grpc, compression ${compression}`,
      args: ({ grpc }) => ['grpc', `http://${grpc}`, compression],
      values: EMPTY_AS_NOTHING,
    },
  ]),
});
