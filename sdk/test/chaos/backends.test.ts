import { context, propagation, trace } from '@opentelemetry/api';

import { getClient, init, type NoveumOptions, observe } from '../../src/index.js';
import { expectToAddUp, total } from '../support/adding-up.js';
import {
  answering,
  type Answering,
  type AnsweringServer,
  resetting,
  startAnsweringServer,
} from '../support/answering-server.js';

const SPANS = 300;
const OK = answering(200, { 'content-type': 'application/json' }, '{}');
/** Far less than a request takes, and far more than ending a span does on a loaded machine. */
const MAX_HOST_MILLIS = 2_000;

const servers: AnsweringServer[] = [];
const failures: unknown[] = [];
const note = (error: unknown): void => void failures.push(error);

beforeAll(() => {
  process.on('uncaughtException', note).on('unhandledRejection', note);
});
afterAll(() => {
  process.off('uncaughtException', note).off('unhandledRejection', note);
});
afterEach(async () => {
  await getClient()?.shutdown(100);
  for (const api of [trace, context, propagation]) api.disable();
  for (const server of servers.splice(0)) await server.close();
  expect(failures.splice(0)).toEqual([]);
});

const later =
  (answer: Answering, millis: number): Answering =>
  (...request) => {
    setTimeout(() => answer(...request), millis);
  };

/** As a collector with a limit of its body. */
const limited: Answering = (response, received, socket) => {
  (received.body.length > 12_000 ? answering(413) : OK)(response, received, socket);
};

/** What a host does: its results are its own, whatever becomes of the spans. */
const work = (): void => {
  const step = observe((at: number) => at * 2, { name: 'step' });
  const began = performance.now();
  for (let at = 0; at < SPANS; at++) expect(step(at)).toBe(at * 2);
  expect(performance.now() - began).toBeLessThan(MAX_HOST_MILLIS);
};

interface Fault {
  readonly fault: string;
  /** Each request is answered by the next; undefined: nobody is there. */
  readonly answers: readonly [Answering, ...Answering[]] | undefined;
  readonly endpoint?: string;
  /** What has to become of the spans. */
  readonly end: 'arrives' | 'is lost' | 'is refused';
}

const FAULTS: readonly Fault[] = [
  { fault: 'down', answers: undefined, endpoint: 'http://127.0.0.1:9', end: 'is lost' },
  { fault: 'not to be found by DNS', answers: undefined, endpoint: 'http://collector.invalid', end: 'is lost' },
  { fault: 'slow', answers: [later(OK, 100)], end: 'arrives' },
  { fault: 'silent', answers: [() => undefined], end: 'is lost' },
  { fault: 'answering 503 for a while', answers: [answering(503), answering(502), OK], end: 'arrives' },
  { fault: 'answering 503 for ever', answers: [answering(503)], end: 'is lost' },
  { fault: 'cutting connections for a while', answers: [resetting, resetting, OK], end: 'arrives' },
  { fault: 'answering 429 with Retry-After', answers: [answering(429, { 'retry-after': '1' }), OK], end: 'arrives' },
  { fault: 'answering 400', answers: [answering(400)], end: 'is refused' },
];

const TIMES: NoveumOptions = { compression: 'none', retry: { initialDelayMillis: 20, maxDelayMillis: 100 } };

describe.each([
  ['in its thread', true],
  ['on the host’s thread', false],
])('%s', (_name, worker) => {
  test.each(
    FAULTS.flatMap((fault) => [
      { ...fault, exporter: 'noveum' as const },
      { ...fault, exporter: 'otlp' as const },
    ]),
  )(
    'a backend that is $fault, by $exporter: the host goes on, each span $end',
    async ({ answers, end, endpoint, exporter }) => {
      const server = answers === undefined ? undefined : await startAnsweringServer(...answers);
      if (server !== undefined) servers.push(server);
      const url = endpoint ?? `http://127.0.0.1:${server?.port}`;
      const client = init({ ...TIMES, endpoint: url, exporters: [exporter], worker, sampling: { ratio: 1 } });
      work();
      expectToAddUp(client.getStats(), SPANS);
      const isSettled = await client.flush(end === 'is lost' ? 300 : 30_000);
      if (end !== 'is lost') expect(isSettled).toBe(true);
      expectToAddUp(client.getStats(), SPANS);
      await client.shutdown(200);
      const stats = client.getStats();
      expectToAddUp(stats, SPANS);
      expect(stats.queuedSpans).toBe(0);
      const { acknowledgedSpans = 0, droppedSpans = {}, rejectedSpans = {} } = stats.exporters[exporter] ?? {};
      // A thread that isn't up yet when the time is over is lost with what it was given.
      const lostSpans = total(droppedSpans) + total(stats.droppedSpans);
      expect({ acknowledgedSpans, lostSpans, refusedSpans: total(rejectedSpans) }).toEqual({
        acknowledgedSpans: end === 'arrives' ? SPANS : 0,
        lostSpans: end === 'is lost' ? SPANS : 0,
        refusedSpans: end === 'is refused' ? SPANS : 0,
      });
      expect(client.health().status).toBe(end === 'arrives' ? 'healthy' : 'degraded');
    },
  );

  // OTLP's specification says that only 429, 502, 503 and 504 are to be tried again; the native API's says all of 5xx.
  test.each([
    ['noveum', { acknowledgedSpans: SPANS }],
    ['otlp', { acknowledgedSpans: 0, rejectedSpans: { http_500: SPANS } }],
  ] as const)('a backend that answers 500 for a while, by %s', async (exporter, counts) => {
    const server = await startAnsweringServer(answering(500), exporter === 'otlp' ? answering(500) : OK);
    servers.push(server);
    const client = init({ ...TIMES, endpoint: `http://127.0.0.1:${server.port}`, exporters: [exporter], worker });
    work();
    expect(await client.flush(30_000)).toBe(true);
    expectToAddUp(client.getStats(), SPANS);
    expect(client.getStats().exporters[exporter]).toMatchObject(counts);
  });

  test('a backend that takes small requests only gets all in small requests', async () => {
    const server = await startAnsweringServer(limited);
    servers.push(server);
    const client = init({ ...TIMES, endpoint: `http://127.0.0.1:${server.port}`, worker });
    work();
    expect(await client.flush(30_000)).toBe(true);
    expectToAddUp(client.getStats(), SPANS);
    expect(client.getStats().exporters['noveum']).toMatchObject({ acknowledgedSpans: SPANS });
  });

  test('sampled out, dropped over the budget and delivered are all that was made', async () => {
    const server = await startAnsweringServer(later(OK, 200));
    servers.push(server);
    const client = init({
      ...TIMES,
      endpoint: `http://127.0.0.1:${server.port}`,
      worker,
      sampling: { ratio: 0.5 },
      batch: { maxQueueBytes: 1_048_576 },
    });
    const tracer = trace.getTracer('t');
    const text = 'x'.repeat(10_000);
    for (let at = 0; at < SPANS; at++) tracer.startSpan('large', { attributes: { text } }).end();
    expectToAddUp(client.getStats(), SPANS);
    await client.flush(30_000);
    await client.shutdown();
    const stats = client.getStats();
    expectToAddUp(stats, SPANS);
    expect(stats.sampledOutSpans).toBeGreaterThan(0);
    expect(stats.droppedSpans['queue_full']).toBeGreaterThan(0);
    expect(stats.exporters['noveum']?.acknowledgedSpans).toBeGreaterThan(0);
  });

  test('one backend that is down takes nothing from one that is well', async () => {
    const server = await startAnsweringServer(OK);
    servers.push(server);
    const client = init({
      ...TIMES,
      exporters: [
        { type: 'otlp', endpoint: 'http://127.0.0.1:9' },
        { type: 'noveum', endpoint: `http://127.0.0.1:${server.port}` },
      ],
      worker,
      batch: { maxQueueBytes: 1_048_576, maxSpans: 20 },
    });
    const text = 'x'.repeat(5_000);
    const made = 600;
    for (let at = 0; at < made; at++) {
      trace.getTracer('t').startSpan('large', { attributes: { text } }).end();
      if (at % 20 === 19) await client.flush(250);
    }
    for (let left = 100; left > 0 && (client.getStats().exporters['noveum']?.inFlightSpans ?? 1) > 0; left--)
      await client.flush(100);
    const stats = client.getStats();
    expectToAddUp(stats, made);
    expect(stats.droppedSpans).toEqual({});
    expect(stats.exporters['noveum']).toMatchObject({ acknowledgedSpans: made });
    expect(stats.exporters['otlp']?.droppedSpans['exporter_queue_full']).toBeGreaterThan(0);
    await client.shutdown(100);
    expectToAddUp(client.getStats(), made);
  });
});
