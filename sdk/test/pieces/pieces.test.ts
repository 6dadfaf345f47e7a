import { SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

import { type ExportBatch, type Exporter, NoveumSpanExporter, NoveumSpanProcessor } from '../../src/index.js';
import { STOCK_SDKS } from '../../src/processors/contract/sdks.js';
import { readableSpansOf } from '../../src/records/index.js';
import { type AnsweringServer, answering, silent, startAnsweringServer } from '../support/answering-server.js';

const OK = answering(200, { 'content-type': 'application/json' }, '{}');
const servers: AnsweringServer[] = [];
const start = async (...answers: Parameters<typeof startAnsweringServer>) => {
  const server = await startAnsweringServer(...answers);
  servers.push(server);
  return { ...server, endpoint: `http://127.0.0.1:${server.port}` };
};
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface SentTrace {
  readonly project: string;
  readonly spans: readonly { readonly resource: { readonly attributes: object } }[];
}

/** An exporter that keeps what it gets. */
const createMemory = () => {
  const batches: ExportBatch[] = [];
  const exporter: Exporter = {
    name: 'memory',
    export: (batch) => {
      batches.push({ ...batch, request: batch.request.slice() });
      return Promise.resolve({ status: 'delivered' });
    },
    close: () => Promise.resolve(),
  };
  return { exporter, spans: () => batches.flatMap(({ request }) => readableSpansOf(request)), batches };
};

describe.each(STOCK_SDKS)('with OpenTelemetry $line', ({ api, batching, setUp }) => {
  test.each([
    ['a processor', 'thread'],
    ['a processor', 'inline'],
    ['an exporter', 'inline'],
  ] as const)('%s brings spans to a backend, %s, and its numbers say so', async (piece, way) => {
    const { endpoint, received } = await start(OK);
    const options = { endpoint, project: 'shop', compression: 'none', worker: way === 'thread' } as const;
    const noveum = piece === 'a processor' ? new NoveumSpanProcessor(options) : new NoveumSpanExporter(options);
    const { tracer, finish } = setUp(() => (noveum instanceof NoveumSpanProcessor ? noveum : batching(noveum)), {
      'service.name': 'till',
    });
    const parent = tracer.startSpan('sell', { attributes: { lines: 2 } });
    tracer.startSpan('pay', {}, api.trace.setSpan(api.ROOT_CONTEXT, parent)).end();
    parent.end();
    await finish();
    const [trace] = received.flatMap(({ body }) => (JSON.parse(body.toString()) as { traces: object[] }).traces);
    const sent = trace as unknown as SentTrace;
    expect(sent).toMatchObject({ project: 'shop', spans: [{ name: 'pay' }, { name: 'sell' }] });
    expect(sent.spans[0]?.resource.attributes).toMatchObject({ 'service.name': 'till' });
    expect(noveum.getStats()).toMatchObject({
      createdSpans: 2,
      queuedSpans: 0,
      droppedSpans: {},
      exporters: { noveum: { sentSpans: 2, acknowledgedSpans: 2, inFlightSpans: 0 } },
    });
    expect(noveum.health().status).toBe('healthy');
  });

  test('a processor names, prices and redacts; the span itself stays as it is', async () => {
    const { exporter, spans } = createMemory();
    const noveum = new NoveumSpanProcessor({ exporters: [exporter], redaction: true });
    const { tracer, finish } = setUp(() => noveum);
    const span = tracer.startSpan('ask ada@example.com');
    span.setAttributes({
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1_000_000,
      'gen_ai.usage.output_tokens': 0,
      'gen_ai.provider.name': 'openai',
    });
    span.setAttribute('note', 'mail ada@example.com');
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'no ada@example.com' });
    span.end();
    await finish();
    const [sent] = spans();
    expect(sent).toMatchObject({ name: 'ask [EMAIL]', status: { message: 'no [EMAIL]' } });
    expect(sent?.attributes).toMatchObject({ note: 'mail [EMAIL]', 'llm.model': 'gpt-4o', 'llm.cost': 2.5 });
    expect((span as unknown as { attributes: object }).attributes).toMatchObject({ note: 'mail ada@example.com' });
  });

  test('a processor takes with it whose spans they are, as the context says', async () => {
    const { exporter, spans } = createMemory();
    const { tracer, finish } = setUp(() => new NoveumSpanProcessor({ exporters: [exporter] }));
    const baggage = api.propagation.createBaggage({ 'noveum.user.id': { value: 'u1' } });
    tracer.startSpan('s', {}, api.propagation.setBaggage(api.ROOT_CONTEXT, baggage)).end();
    await finish();
    expect(JSON.stringify(spans()[0]?.attributes)).toContain('u1');
  });

  test('an exporter tells its processor what was refused, and counts it', async () => {
    const { endpoint } = await start(answering(400));
    const noveum = new NoveumSpanExporter({ endpoint, exporters: ['otlp'] });
    const { tracer, finish } = setUp(() => batching(noveum));
    const told: unknown[] = [];
    const silent = (): void => undefined;
    api.diag.setLogger({
      error: (message) => void told.push(message),
      warn: silent,
      info: silent,
      debug: silent,
      verbose: silent,
    });
    tracer.startSpan('s').end();
    await finish().catch((error: unknown) => told.push(error));
    api.diag.disable();
    expect(noveum.getStats().exporters['otlp']?.rejectedSpans).toEqual({ http_400: 1 });
    expect(noveum.health().status).toBe('degraded');
  });
});

test('an exporter answers for what it could not take: after its end, and over its bytes', async () => {
  const { endpoint } = await start(silent);
  const noveum = new NoveumSpanExporter({
    endpoint,
    batch: { maxQueueBytes: 1_048_576 },
    retry: { maxAttempts: 1 },
    timeoutMillis: 300,
  });
  const spans = readableSpansOf(
    await (async () => {
      const { exporter, batches } = createMemory();
      const provider = new BasicTracerProvider({
        spanProcessors: [new NoveumSpanProcessor({ exporters: [exporter] })],
      });
      for (let at = 0; at < 4; at++)
        provider
          .getTracer('t')
          .startSpan('s', { attributes: { text: 'x'.repeat(400_000) } })
          .end();
      await provider.shutdown();
      return batches[0]?.request ?? new Uint8Array();
    })(),
  );
  const first = spans[0];
  expect(first).toBeDefined();
  const exportOnce = (count: number) =>
    new Promise<number>((resolve) =>
      noveum.export(
        Array.from({ length: count }, () => first as never),
        ({ code }) => {
          resolve(code);
        },
      ),
    );
  const outcome = exportOnce(4);
  expect(noveum.getStats()).toMatchObject({ createdSpans: 4, droppedSpans: { queue_full: 2 } });
  await noveum.shutdown();
  expect(await outcome).toBe(1);
  expect(await exportOnce(1)).toBe(1);
  expect(noveum.getStats()).toMatchObject({
    createdSpans: 5,
    queuedSpans: 0,
    droppedSpans: { queue_full: 2, closed: 1 },
  });
});

test('a callback that throws at an exporter is told, and nothing else', async () => {
  const told: string[] = [];
  const { exporter } = createMemory();
  const noveum = new NoveumSpanExporter({ exporters: [exporter], onError: (_error, where) => void told.push(where) });
  noveum.export([], () => {
    throw new Error('theirs');
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['resultCallback']);
  await noveum.shutdown();
});

test('wrong options of the code are named; switched off, both do nothing', async () => {
  for (const Piece of [NoveumSpanProcessor, NoveumSpanExporter]) {
    expect(() => new Piece({ batch: { maxSpans: -1 } })).toThrow(/batch\.maxSpans/);
    const off = new Piece({ disabled: true });
    expect(off.health()).toMatchObject({ status: 'off' });
    await off.forceFlush();
    await off.shutdown();
  }
  const off = new NoveumSpanExporter({ disabled: true });
  expect(await new Promise((resolve) => off.export([], resolve))).toEqual({ code: 0 });
});

test("environment counts for a piece as for init, and the host's resource stands where it says something", async () => {
  const { endpoint, received } = await start(OK);
  const before = process.env;
  process.env = {
    ...before,
    NOVEUM_ENDPOINT: endpoint,
    NOVEUM_PROJECT: 'by-environment',
    NOVEUM_COMPRESSION: 'none',
  };
  try {
    const resource = resourceFromAttributes({
      'service.name': 'till',
      'deployment.environment.name': new Promise<string>((resolve) => setTimeout(() => resolve('late'), 20)),
    });
    const noveum = new NoveumSpanProcessor({ serviceName: 'other', environment: 'other', serviceVersion: '7' });
    const provider = new BasicTracerProvider({ spanProcessors: [noveum], resource });
    provider.getTracer('t').startSpan('s').end();
    await provider.forceFlush();
    await provider.shutdown();
  } finally {
    process.env = before;
  }
  const [trace] = received.flatMap(({ body }) => (JSON.parse(body.toString()) as { traces: object[] }).traces);
  const sent = trace as unknown as SentTrace;
  expect(sent.project).toBe('by-environment');
  expect(sent.spans[0]?.resource.attributes).toMatchObject({
    'service.name': 'till',
    'service.version': '7',
    'deployment.environment.name': 'late',
  });
});

test('a span that can not be read is counted, and the others arrive', async () => {
  const { exporter, spans } = createMemory();
  const noveum = new NoveumSpanProcessor({ exporters: [exporter] });
  const provider = new BasicTracerProvider({ spanProcessors: [noveum] });
  const tracer = provider.getTracer('t');
  const broken = tracer.startSpan('broken');
  broken.end();
  Object.defineProperty(broken, 'startTime', {
    get: () => {
      throw new Error('not there');
    },
  });
  tracer.startSpan('well').end();
  await noveum.flush();
  expect(spans().map(({ name }) => name)).toEqual(['well']);
  expect(noveum.getStats()).toMatchObject({ createdSpans: 2, queuedSpans: 0, droppedSpans: { unreadable: 1 } });
  await provider.shutdown();
});
