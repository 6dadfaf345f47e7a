import {
  counted,
  createNoveumExporter,
  createOtlpExporter,
  createPack,
  type Exporter,
  retrying,
  systemClock,
} from '../../src/exporters/index.js';
import { createNodeTransport, nodeGzip } from '../../src/exporters/node/index.js';
import { createLedger } from '../../src/ledger/index.js';
import { type RunningCollector, startCollector } from '../support/collector.js';
import { batchOfJson, batchOfSpans, spanIdOf, traceIdOf } from '../support/requests.js';

const never = new AbortController().signal;
const ADMIN_KEY = `nv_dev_${'a'.repeat(32)}`;
const clock = systemClock;

const noveumTo = (endpoint: string, apiKey?: string): Exporter =>
  createNoveumExporter({
    endpoint,
    apiKey,
    transport: createNodeTransport({ url: endpoint }),
    pack: createPack({ gzip: nodeGzip }),
    sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    clock,
  });

const otlpTo = (endpoint: string): Exporter => {
  const url = `${endpoint}/v1/traces`;
  return createOtlpExporter({ url, transport: createNodeTransport({ url }), clock });
};

const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });

/** An agent's call of a model: what OTLP can say of a span, and what JSON alone can't. */
const conversation = batchOfJson({
  resourceSpans: [
    {
      resource: {
        attributes: [text('service.name', 'shop'), text('deployment.environment.name', 'test')],
        droppedAttributesCount: 2,
      },
      schemaUrl: 'https://opentelemetry.io/schemas/1.41.0',
      scopeSpans: [
        {
          scope: { name: 'agents', version: '1.2.3', attributes: [text('a', 'b')] },
          spans: [
            {
              traceId: traceIdOf(1),
              spanId: spanIdOf(1),
              name: 'invoke_agent',
              kind: 1,
              startTimeUnixNano: '1764000000123456789',
              endTimeUnixNano: '1764000002123456789',
              attributes: [text('user.id', 'u-1'), text('session.id', 's-1')],
              traceState: 'vendor=1',
              flags: 257,
              status: { code: 1 },
            },
            {
              traceId: traceIdOf(1),
              spanId: spanIdOf(2),
              parentSpanId: spanIdOf(1),
              name: 'chat gpt-4o',
              kind: 3,
              startTimeUnixNano: '1764000000200000001',
              endTimeUnixNano: '1764000001200000002',
              attributes: [
                text('gen_ai.operation.name', 'chat'),
                text('gen_ai.provider.name', 'openai'),
                text('gen_ai.request.model', 'gpt-4o'),
                { key: 'gen_ai.usage.input_tokens', value: { intValue: '1200' } },
                { key: 'gen_ai.usage.output_tokens', value: { intValue: '80' } },
                { key: 'whole', value: { doubleValue: 3 } },
                { key: 'huge', value: { intValue: '9223372036854775807' } },
                { key: 'raw', value: { bytesValue: 'AAEC' } },
                { key: 'nothing', value: {} },
              ],
              events: [
                {
                  timeUnixNano: '1764000000300000003',
                  name: 'exception',
                  attributes: [text('exception.type', 'RateLimit')],
                  droppedAttributesCount: 1,
                },
              ],
              links: [
                { traceId: traceIdOf(9), spanId: spanIdOf(9), traceState: 'x=y', attributes: [text('why', 'retry')] },
              ],
              status: { code: 2, message: 'too many requests' },
              droppedEventsCount: 4,
            },
          ],
        },
      ],
    },
  ],
});

const withoutTimesOfTaking = ({ ingested_at: _i, processed_at: _p, ...trace }: Readonly<Record<string, unknown>>) =>
  trace;

describe('to a collector', () => {
  let collectors: readonly RunningCollector[] = [];

  beforeAll(async () => {
    collectors = await Promise.all([startCollector(), startCollector()]);
  });
  afterAll(async () => {
    await Promise.all(collectors.map((each) => each.stop()));
  });

  it('makes the same stored document as OTLP does', async () => {
    const [one, other] = collectors;
    if (one === undefined || other === undefined) throw new Error('no collectors');
    const exporters = [noveumTo(one.http), otlpTo(other.http)];
    for (const exporter of exporters)
      expect(await exporter.export(conversation, never)).toEqual({ status: 'delivered' });
    const native = await one.trace(traceIdOf(1), 2);
    const otlp = await other.trace(traceIdOf(1), 2);
    expect(native).toMatchObject({ name: 'invoke_agent', models: ['gpt-4o'], error_count: 1, environment: 'test' });
    expect(withoutTimesOfTaking(native)).toEqual(withoutTimesOfTaking(otlp));
    // Each form again, at the collector that had the other: nothing changes.
    await noveumTo(other.http).export(conversation, never);
    await otlpTo(one.http).export(conversation, never);
    expect(withoutTimesOfTaking(await other.trace(traceIdOf(1), 2))).toEqual(withoutTimesOfTaking(otlp));
    await Promise.all(exporters.map((exporter) => exporter.close()));
  });

  it('brings a trace whose spans come in several batches, and many traces in one', async () => {
    const [one] = collectors;
    if (one === undefined) throw new Error('no collector');
    const ledger = createLedger();
    const inner = retrying(noveumTo(one.http), { random: Math.random, clock });
    const exporter = counted(inner, ledger.exporter('noveum'), clock);
    const root = { traceId: traceIdOf(5), spanId: spanIdOf(1) };
    const child = { traceId: traceIdOf(5), spanId: spanIdOf(2), parentSpanId: spanIdOf(1), name: 'child' };
    await exporter.export(batchOfSpans([child]), never);
    await exporter.export(batchOfSpans([root]), never);
    const many = Array.from({ length: 300 }, (_, at) => ({ traceId: traceIdOf(1000 + at), spanId: spanIdOf(at + 1) }));
    await exporter.export(batchOfSpans(many), never);
    expect(await one.trace(traceIdOf(5), 2)).toMatchObject({ name: 'work', span_count: 2, incomplete: false });
    for (const number of [1000, 1150, 1299])
      expect(await one.trace(traceIdOf(number), 1)).toMatchObject({ span_count: 1 });
    expect(ledger.snapshot().exporters.noveum).toMatchObject({
      sentSpans: 302,
      acknowledgedSpans: 302,
      inFlightSpans: 0,
    });
    await exporter.close();
  });
});

it('is taken with a key, and rejected without', async () => {
  const collector = await startCollector({ env: { NOVEUM_COLLECTOR_ADMIN_KEY: ADMIN_KEY } });
  const [keyed, stranger] = [noveumTo(collector.http, ADMIN_KEY), noveumTo(collector.http)];
  try {
    expect(await keyed.export(conversation, never)).toEqual({ status: 'delivered' });
    expect(await stranger.export(conversation, never)).toEqual({
      status: 'rejected',
      rejectedSpans: 2,
      reason: 'http_401',
    });
  } finally {
    await Promise.all([keyed.close(), stranger.close(), collector.stop()]);
  }
});
