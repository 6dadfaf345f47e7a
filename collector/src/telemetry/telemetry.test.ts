import { CollectorError } from '../errors/index.js';
import { createTelemetry } from './index.js';

const start = () => {
  const lines: string[] = [];
  const telemetry = createTelemetry({
    level: 'info',
    destination: {
      write: (line) => {
        lines.push(line);
      },
    },
  });
  return { telemetry, lines, logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
};

test('the log is one JSON object a line, with level in words and time in ISO form', () => {
  const { telemetry, logged } = start();
  telemetry.log.info({ port: 4318 }, 'listening');
  telemetry.log.debug({}, 'below the level');
  expect(logged()).toEqual([
    { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/) as string, port: 4318, msg: 'listening' },
  ]);
  telemetry.close();
});

test("a parser's error is logged without its message, which quotes the payload", () => {
  const { telemetry, lines } = start();
  try {
    JSON.parse('secret prompt');
  } catch (err) {
    telemetry.log.error({ err }, 'unexpected');
  }
  expect(lines[0]).toContain('SyntaxError');
  expect(lines[0]).toContain('telemetry.test');
  expect(lines[0]).not.toContain('secret');
  telemetry.close();
});

test("our own errors and the system's are logged with their message", () => {
  const { telemetry, logged } = start();
  telemetry.log.warn({ err: new CollectorError({ code: 'CONFLICT', message: 'there already' }) }, 'a');
  telemetry.log.warn({ err: Object.assign(new Error('no space left'), { code: 'ENOSPC' }) }, 'b');
  expect(logged()).toMatchObject([
    { err: { code: 'CONFLICT', message: 'there already' } },
    { err: { code: 'ENOSPC', message: 'no space left' } },
  ]);
  telemetry.close();
});

test('what happened is counted under names that begin with noveum_', async () => {
  const { telemetry } = start();
  telemetry.ingest.requestAnswered({ route: '/v1/traces', format: 'native', code: 'OK', bytes: 120, seconds: 0.01 });
  telemetry.ingest.spansAccepted(160);
  telemetry.ingest.refused('invalid_timestamp', 2);
  telemetry.ingest.flagged('clock_skew', 3);
  telemetry.drain.drained({
    records: 1,
    newTraces: 4,
    newSpans: 150,
    duplicateSpans: 10,
    erasedFragments: 0,
    splitRecords: 0,
    corruptRecords: 0,
  });
  telemetry.drain.drainFault('ENOSPC');
  telemetry.query.queryAnswered({ route: '/v1/traces/:id', code: 'NOT_FOUND', seconds: 0.002, fault: null });
  telemetry.observe({ inFlightBytes: () => 7, drainLagSeconds: () => null });

  const { text, contentType } = await telemetry.metrics();
  expect(contentType).toContain('text/plain');
  for (const line of [
    'noveum_requests_total{route="/v1/traces",format="native",code="OK"} 1',
    'noveum_received_bytes_total{format="native"} 120',
    'noveum_ack_duration_seconds_bucket{le="0.01",format="native"} 1',
    'noveum_spans_accepted_total 160',
    'noveum_refusals_total{reason="invalid_timestamp"} 2',
    'noveum_spans_flagged_total{kind="clock_skew"} 3',
    'noveum_stored_traces_total 4',
    'noveum_stored_spans_total 150',
    'noveum_duplicate_spans_total 10',
    'noveum_drain_faults_total{code="ENOSPC"} 1',
    'noveum_query_duration_seconds_count{route="/v1/traces/:id",code="NOT_FOUND"} 1',
    'noveum_in_flight_bytes 7',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).not.toMatch(/^noveum_drain_lag_seconds /m);
  expect(text).toMatch(/^noveum_event_loop_delay_max_seconds [\d.e-]+$/m);
  expect(text).toMatch(/^noveum_process_resident_memory_bytes \d+$/m);
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(names.filter((name) => name?.startsWith('noveum_') !== true)).toEqual([]);
  telemetry.close();
});

test('two collectors in one process count apart', async () => {
  const [one, other] = [start().telemetry, start().telemetry];
  one.ingest.spansAccepted(5);
  expect((await other.metrics()).text).toContain('noveum_spans_accepted_total 0');
  one.close();
  other.close();
});
