import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

import { answering, type AnsweringServer, startAnsweringServer } from '../../test/support/answering-server.js';
import { getClient, init, type NoveumClient, type NoveumOptions } from '../index.js';

const servers: AnsweringServer[] = [];
const providers: MeterProvider[] = [];

const startWith = async (status: number, options: NoveumOptions = {}): Promise<NoveumClient> => {
  const server = await startAnsweringServer(answering(status));
  servers.push(server);
  return init({ endpoint: new URL(server.url).origin, exporters: ['otlp'], worker: false, ...options });
};

const makeSpans = (count: number): void => {
  for (let at = 0; at < count; at++) trace.getTracer('t').startSpan('step').end();
};

type Collected = Readonly<Record<string, readonly { readonly value: unknown; readonly attributes: object }[]>>;

/** A real MeterProvider, registered as the process's; what it gives is collected when asked. */
const registerMeterProvider = () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  providers.push(provider);
  metrics.setGlobalMeterProvider(provider);
  return {
    collect: async (): Promise<Collected> => {
      exporter.reset();
      await reader.forceFlush();
      const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((each) => each.metrics));
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.map(({ value, attributes }) => ({ value, attributes })),
        ]),
      );
    },
  };
};

afterEach(async () => {
  await getClient()?.shutdown(1_000);
  for (const api of [trace, context, propagation, metrics]) api.disable();
  await Promise.all(providers.splice(0).map((provider) => provider.shutdown()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

test('the names are those of the semantic conventions', async () => {
  const { collect } = registerMeterProvider();
  await startWith(200, { exporters: ['otlp', { type: 'otlp', protocol: 'http/json' }] });
  const collected = await collect();
  const known = new Set<unknown>(Object.values(conventions));
  const unknown = Object.keys(collected).filter((name) => !known.has(name));
  expect(unknown.every((name) => name.startsWith('noveum.sdk.'))).toBe(true);
  const points = Object.values(collected).flat();
  const keys = points.flatMap(({ attributes }) => Object.keys(attributes));
  expect([...new Set(keys)].filter((key) => !known.has(key))).toEqual([]);
  const types = points.flatMap(({ attributes }) => (attributes as Record<string, string>)['otel.component.type'] ?? []);
  expect([...new Set(types)].filter((type) => !known.has(type))).toEqual(['noveum_span_processor']);
});

const OTLP = { 'otel.component.type': 'otlp_http_span_exporter', 'otel.component.name': 'otlp_http_span_exporter/0' };
const PROCESSOR = { 'otel.component.type': 'noveum_span_processor', 'otel.component.name': 'noveum_span_processor/0' };

test('a reader of the application gets the ledger by the names of the semantic conventions', async () => {
  const { collect } = registerMeterProvider();
  const client = await startWith(200, { batch: { maxQueueBytes: 65_536 } });
  const open = trace.getTracer('t').startSpan('open');
  makeSpans(4_000);
  await client.flush();
  const dropped = client.getStats().droppedSpans['queue_full'] ?? 0;
  expect(dropped).toBeGreaterThan(0);
  const collected = await collect();
  expect(collected).toMatchObject({
    'otel.sdk.span.started': expect.arrayContaining([
      { value: 4_001, attributes: { 'otel.span.sampling_result': 'RECORD_AND_SAMPLE' } },
      { value: 0, attributes: { 'otel.span.sampling_result': 'DROP' } },
    ]) as unknown,
    'otel.sdk.span.live': [{ value: 1, attributes: {} }],
    'otel.sdk.processor.span.processed': [
      { value: 4_000 - dropped, attributes: PROCESSOR },
      { value: dropped, attributes: { ...PROCESSOR, 'error.type': 'queue_full' } },
    ],
    'otel.sdk.processor.span.queue.size': [{ value: 0, attributes: PROCESSOR }],
    'noveum.sdk.processor.queue.capacity': [{ value: 65_536, attributes: PROCESSOR }],
    'otel.sdk.exporter.span.exported': [{ value: 4_000 - dropped, attributes: OTLP }],
    'otel.sdk.exporter.span.inflight': [{ value: 0, attributes: OTLP }],
  });
  open.end();
  await client.flush();
  expect((await collect())['otel.sdk.span.live']).toEqual([{ value: 0, attributes: {} }]);
});

test('what a backend refuses, and a sampler leaves out, is told as such', async () => {
  const { collect } = registerMeterProvider();
  const client = await startWith(400, { exporters: [{ type: 'otlp', protocol: 'http/json' }, 'noveum'] });
  makeSpans(3);
  await client.flush();
  client.configure({ sampling: { ratio: 0 } });
  makeSpans(2);
  const collected = await collect();
  const named = (type: string) => ({ 'otel.component.type': type, 'otel.component.name': `${type}/0` });
  expect(collected['otel.sdk.exporter.span.exported']).toEqual([
    { value: 0, attributes: named('otlp_http_json_span_exporter') },
    { value: 3, attributes: { ...named('otlp_http_json_span_exporter'), 'error.type': 'http_400' } },
    { value: 0, attributes: named('noveum_span_exporter') },
    { value: 3, attributes: { ...named('noveum_span_exporter'), 'error.type': 'http_400' } },
  ]);
  expect(collected['otel.sdk.span.started']).toContainEqual({
    value: 2,
    attributes: { 'otel.span.sampling_result': 'DROP' },
  });
});

test('a MeterProvider that comes later is found with the next batch, and left at the shutdown', async () => {
  const client = await startWith(200);
  makeSpans(1);
  await client.flush();
  const { collect } = registerMeterProvider();
  expect(await collect()).toEqual({});
  makeSpans(1);
  await client.flush();
  expect((await collect())['otel.sdk.span.started']).toContainEqual({
    value: 2,
    attributes: { 'otel.span.sampling_result': 'RECORD_AND_SAMPLE' },
  });
  await client.shutdown();
  // Readers go on telling the last value.
  expect((await collect())['otel.sdk.processor.span.processed']).toEqual([{ value: 2, attributes: PROCESSOR }]);
});

test('a MeterProvider that throws is told of, and changes nothing for the spans', async () => {
  const errors: string[] = [];
  metrics.setGlobalMeterProvider({
    getMeter: () => {
      throw new Error('no meter to be had');
    },
  });
  const client = await startWith(200, { onError: (_error, where) => errors.push(where) });
  makeSpans(2);
  await client.flush();
  expect(client.getStats().exporters['otlp']?.acknowledgedSpans).toBe(2);
  expect(new Set(errors)).toEqual(new Set(['metrics']));
});
