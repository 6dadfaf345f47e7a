import { context, propagation, trace } from '@opentelemetry/api';
import { parseSenderReport, SENDER_HEADER, type SenderReport } from 'noveum-proto';

import {
  answering,
  type Answering,
  type AnsweringServer,
  startAnsweringServer,
} from '../../test/support/answering-server.js';
import { getClient, init, type NoveumClient, type NoveumOptions } from '../index.js';

const servers: AnsweringServer[] = [];

const serve = async (...answers: [Answering, ...Answering[]]): Promise<AnsweringServer> => {
  const server = await startAnsweringServer(...answers);
  servers.push(server);
  return server;
};

const endpointOf = ({ url }: AnsweringServer): string => new URL(url).origin;

const startWith = (server: AnsweringServer, options: NoveumOptions): NoveumClient =>
  init({ project: 'wetter-köln', serviceName: 'shop "1"', endpoint: endpointOf(server), ...options });

const makeSpans = (count: number): void => {
  for (let at = 0; at < count; at++) trace.getTracer('t').startSpan('step').end();
};

const reportsOf = ({ received }: AnsweringServer): readonly SenderReport[] =>
  received.map(({ headers }) => {
    const report = parseSenderReport(String(headers[SENDER_HEADER]));
    if (report === null) throw new Error('a request without a report');
    return report;
  });

afterEach(async () => {
  await getClient()?.shutdown(1_000);
  for (const api of [trace, context, propagation]) api.disable();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe.each([
  ['native JSON', ['noveum'], 'noveum'],
  ['OTLP protobuf', ['otlp'], 'otlp'],
  ['OTLP/JSON', [{ type: 'otlp', protocol: 'http/json' }], 'otlp'],
] as const)('%s', (_name, exporters, exporter) => {
  test.each([true, false])(
    'every request tells the counts, the last of them when it ends (worker: %s)',
    async (worker) => {
      const server = await serve(answering(200));
      const client = startWith(server, { exporters: exporters, worker });
      makeSpans(3);
      await client.flush();
      makeSpans(4);
      await client.shutdown();
      const reports = reportsOf(server);
      const [first] = reports;
      const last = reports.at(-1);
      expect(first).toMatchObject({
        exporter,
        serviceName: 'shop "1"',
        project: 'wetter-köln',
        createdSpans: 3,
        inFlightSpans: 3,
        acknowledgedSpans: 0,
        hasEnded: false,
      });
      expect(last).toMatchObject({ createdSpans: 7, inFlightSpans: 0, acknowledgedSpans: 7, hasEnded: true });
      expect(new Set(reports.map(({ instanceId }) => instanceId)).size).toBe(1);
      const sequences = reports.map(({ sequence }) => sequence);
      expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
      expect(reports.filter(({ hasEnded }) => hasEnded)).toHaveLength(1);
      expect(server.received.at(-1)?.body.length).toBeLessThan(25);
    },
  );
});

test('what a sampler has left out is told when it ends, though no span was ever sent', async () => {
  const server = await serve(answering(200));
  const client = startWith(server, { exporters: ['noveum'], sampling: { ratio: 0 } });
  makeSpans(5);
  await client.shutdown();
  expect(reportsOf(server)).toEqual([expect.objectContaining({ createdSpans: 5, sampledOutSpans: 5, hasEnded: true })]);
});

test('who has made no span sends nothing', async () => {
  const server = await serve(answering(200));
  await startWith(server, { exporters: ['noveum', 'otlp'] }).shutdown();
  expect(server.received).toHaveLength(0);
});

test('a request that is sent again tells the counts as they are by then', async () => {
  const server = await serve(answering(503), answering(200));
  const client = startWith(server, { exporters: ['otlp'], worker: false, retry: { initialDelayMillis: 1 } });
  makeSpans(2);
  await client.flush();
  await client.shutdown();
  const [first, second, last] = reportsOf(server);
  expect(first).toMatchObject({ createdSpans: 2, retries: 0, batch: 1 });
  expect(second).toMatchObject({ createdSpans: 2, retries: 1, inFlightSpans: 2, batch: 1 });
  expect(second?.sequence).toBeGreaterThan(first?.sequence ?? Infinity);
  expect(last).toMatchObject({ createdSpans: 2, acknowledgedSpans: 2, retries: 1, batch: 2 });
});

test('two exporters are two senders of one instance', async () => {
  const server = await serve(answering(200));
  const client = startWith(server, { exporters: ['noveum', 'otlp'] });
  makeSpans(1);
  await client.shutdown();
  const ended = reportsOf(server).filter(({ hasEnded }) => hasEnded);
  expect(ended.map(({ exporter }) => exporter).sort()).toEqual(['noveum', 'otlp']);
  expect(new Set(ended.map(({ instanceId }) => instanceId)).size).toBe(1);
});

test('a backend that was away when last asked is not asked for the last word', async () => {
  const server = await serve(answering(503));
  const client = startWith(server, { exporters: ['otlp'], worker: false, retry: { maxAttempts: 1 } });
  makeSpans(1);
  await client.flush();
  await client.shutdown();
  expect(server.received).toHaveLength(1);
});
