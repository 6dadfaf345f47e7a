import { startCollectorProcess } from '../support/collector-process.js';
import { describeWithTool } from '../support/tools.js';
import { BUILD_MILLIS, buildOtelCollector, type OtelCollector, startOtelCollector } from './otel-collector-process.js';
import { type OtlpSink, type Refusal, startOtlpSink } from './otlp-sink.js';
import {
  forwardMetric,
  freePort,
  makeWorkplace,
  otlpTrace,
  post,
  traceIdOf,
  until,
  type Workplace,
} from './two-collectors.js';

jest.setTimeout(90_000);

const TRACES = 20;

describeWithTool('go', 'an OpenTelemetry Collector that is forwarded to', () => {
  let workplace: Workplace;
  let sink: OtlpSink;
  let other: OtelCollector | null = null;
  let ports: { readonly httpPort: number; readonly grpcPort: number };
  const opened: (() => Promise<unknown>)[] = [];

  const startOther = async (): Promise<void> => {
    other = await startOtelCollector({ directory: workplace.directory, ...ports, sink: sink.url });
  };

  beforeAll(async () => {
    await buildOtelCollector();
  }, BUILD_MILLIS);
  beforeEach(async () => {
    workplace = await makeWorkplace();
    sink = await startOtlpSink();
    ports = { httpPort: await freePort(), grpcPort: await freePort() };
    await startOther();
  });
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
    await other?.kill();
    other = null;
    await sink.close();
    await workplace.clear();
  });

  const endpoint = (protocol: string, changes: object = {}): object => ({
    name: 'other',
    url: `http://127.0.0.1:${String(protocol === 'grpc' ? ports.grpcPort : ports.httpPort)}`,
    protocol,
    ...changes,
  });

  const start = async (forward: object) => {
    const config = await workplace.config('first', [forward]);
    const collector = await startCollectorProcess({ dataDir: workplace.path('first'), args: ['--config', config] });
    opened.push(() => collector.stop());
    return collector;
  };

  const send = async (http: string, from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number++) expect(await post(http, otlpTrace(number))).toBe(200);
  };

  const idsOf = (count: number): string[] =>
    Array.from({ length: count }, (_, number) => [traceIdOf(number), traceIdOf(number)]).flat();

  const taken = (count: number) =>
    until(
      () => Promise.resolve(sink.spans.size),
      (size) => size >= count,
    );

  const tracesTaken = (): string[] => [...sink.spans.values()].map(({ traceId }) => traceId).sort();

  test.each([
    ['http/protobuf', 'none'],
    ['http/protobuf', 'gzip'],
    ['grpc', 'none'],
    ['grpc', 'gzip'],
  ])('takes all of it once, by %s, compression %s', async (protocol, compression) => {
    const first = await start(endpoint(protocol, { compression, logs: true }));
    await send(first.http, 0, TRACES);
    const log = { eventName: 'gen_ai.evaluation.result', traceId: traceIdOf(0), timeUnixNano: '1763636400000000000' };
    const resourceLogs = [{ scopeLogs: [{ logRecords: [log] }] }];
    expect(await post(first.http, { resourceLogs }, '/v1/logs')).toBe(200);
    await taken(2 * TRACES);
    await until(
      () => forwardMetric(first.http, 'sent_logs_total', 'other'),
      (sent) => sent === 1,
    );
    expect(tracesTaken()).toEqual(idsOf(TRACES));
    expect([sink.spanCount(), sink.logCount()]).toEqual([2 * TRACES, 1]);
    expect(await forwardMetric(first.http, 'sent_spans_total', 'other')).toBe(2 * TRACES);
    expect([...sink.spans.values()][0]).toMatchObject({
      name: 'step 1',
      attributes: [{ key: 'filling', value: { stringValue: 'x'.repeat(10) } }],
    });
  });

  test.each(['http/protobuf', 'grpc'])(
    'loses nothing by %s while it is away, and when it comes back',
    async (protocol) => {
      const first = await start(endpoint(protocol));
      await send(first.http, 0, 5);
      await taken(10);
      await other?.kill();
      await send(first.http, 5, TRACES);
      await until(
        () => forwardMetric(first.http, 'failing', 'other'),
        (failing) => failing === 1,
      );
      await startOther();
      await taken(2 * TRACES);
      expect(tracesTaken()).toEqual(idsOf(TRACES));
      await until(
        () => forwardMetric(first.http, 'failing', 'other'),
        (failing) => failing === 0,
      );
    },
  );

  const refusals: readonly Refusal[] = [
    { status: 503, retryAfter: '2' },
    { status: 429, retryAfter: '1' },
    { status: 503 },
  ];

  test.each(['http/protobuf', 'grpc'])('is sent again by %s what it could not pass on', async (protocol) => {
    const first = await start(endpoint(protocol));
    sink.refuse(refusals);
    await send(first.http, 0, TRACES);
    await taken(2 * TRACES);
    expect(sink.refused()).toBe(refusals.length);
    expect(tracesTaken()).toEqual(idsOf(TRACES));
    await until(
      () => forwardMetric(first.http, 'retries_total', 'other'),
      (retries) => retries === refusals.length,
    );
    expect(await forwardMetric(first.http, 'rejected_items_total', 'other')).toBe(0);
    expect(await forwardMetric(first.http, 'dropped_records_total', 'other')).toBe(0);
  });
});
