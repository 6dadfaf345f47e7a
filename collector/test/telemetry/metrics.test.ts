import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

const running: CollectorProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((collector) => collector.stop()));
});
const start = async (args: readonly string[] = [], dataDir?: string): Promise<CollectorProcess> => {
  const collector = await startCollectorProcess({ args, ...(dataDir === undefined ? {} : { dataDir }) });
  running.push(collector);
  return collector;
};

const NOW = Date.now();
const iso = (millis: number): string => new Date(millis).toISOString();

const span = (traceId: string, changes: object = {}) => ({
  span_id: `of-${traceId}`,
  trace_id: traceId,
  parent_span_id: null,
  name: 'call',
  start_time: iso(NOW - 1000),
  end_time: iso(NOW),
  ...changes,
});
const trace = (traceId: string, changes: object = {}) => ({
  trace_id: traceId,
  name: 'request',
  start_time: iso(NOW - 1000),
  end_time: iso(NOW),
  spans: [span(traceId)],
  ...changes,
});

/** One span of its own trace, as OTLP/JSON. */
const otlp = (number: number, startMillis: number): string => {
  const startTimeUnixNano = `${String(startMillis)}000000`;
  const ids = { traceId: `${String(number)}0`.repeat(16), spanId: `${String(number)}0`.repeat(8) };
  const spans = [{ ...ids, name: 'call', startTimeUnixNano, endTimeUnixNano: startTimeUnixNano }];
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
};

const post = async (http: string, body: string): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${http}/v1/traces`, { method: 'POST', headers, body });
  await reply.arrayBuffer();
  return reply.status;
};
const send = (http: string, ...traces: object[]): Promise<number> => post(http, JSON.stringify({ traces }));

const scrape = async (http: string): Promise<ReadonlyMap<string, number>> => {
  const text = await (await fetch(`${http}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
};

/** Scrapes until `name` has come to `value`. */
const scrapeUntil = async (http: string, name: string, value: number): Promise<ReadonlyMap<string, number>> => {
  for (;;) {
    const metrics = await scrape(http);
    if (metrics.get(name) === value) return metrics;
  }
};

test('what came, what was refused and why, what was stored and what is odd about it is told by /metrics', async () => {
  const { http } = await start();
  expect(await post(http, otlp(1, NOW))).toBe(200);
  expect(await post(http, otlp(1, NOW))).toBe(200);
  expect(await post(http, otlp(2, NOW + 7_200_000))).toBe(200);
  expect(await send(http, trace('a'), trace('b', { start_time: 'noon' }))).toBe(200);
  expect(await post(http, '{"traces": [')).toBe(400);

  const metrics = await scrapeUntil(http, 'noveum_drained_records_total', 4);
  const route = 'route="/v1/traces",format="json"';
  expect(Object.fromEntries(metrics)).toMatchObject({
    [`noveum_requests_total{${route},code="OK"}`]: 4,
    [`noveum_requests_total{${route},code="VALIDATION_ERROR"}`]: 1,
    'noveum_ack_duration_seconds_count{format="json"}': 5,
    noveum_spans_accepted_total: 4,
    'noveum_refusals_total{reason="invalid_timestamp"}': 1,
    'noveum_refusals_total{reason="invalid_json"}': 1,
    'noveum_spans_flagged_total{kind="clock_skew"}': 1,
    noveum_stored_spans_total: 3,
    noveum_duplicate_spans_total: 1,
    noveum_drain_lag_bytes: 0,
    noveum_drain_lag_seconds: 0,
    noveum_in_flight_bytes: 0,
    noveum_api_keys: 0,
  });
  expect(metrics.get('noveum_journal_bytes')).toBeGreaterThanOrEqual(0);
  expect(metrics.get('noveum_received_bytes_total{format="json"}')).toBeGreaterThan(900);
});

test('traces whose root has not come or not ended are counted', async () => {
  const first = await start();
  const orphan = trace('orphan', { spans: [span('orphan', { parent_span_id: 'root' })] });
  const unended = trace('unended', { end_time: null, spans: [span('unended', { end_time: null })] });
  await send(first.http, trace('whole'), orphan, unended);
  await scrapeUntil(first.http, 'noveum_stored_traces_total', 3);
  // Counted at the start, then every few seconds.
  const { dataDir } = first;
  await first.kill();
  const second = await start([], dataDir);
  const metrics = await scrapeUntil(second.http, 'noveum_incomplete_traces', 2);
  expect(metrics.get('noveum_incomplete_traces')).toBe(2);
  // The directory goes with the first.
  await second.stop();
  await first.stop();
});
