import { encodeLogsJson, encodeTracesJson, type Fragment } from 'noveum-proto';

import type { JournalRecord } from '../journal/index.js';
import { createPartsOfRecord } from './index.js';

const ALL = { projects: [], services: [], environments: [], errorsOnly: false };
const LIMITS = { nesting: 64, attributesPerSpan: 1000, spanNameBytes: 4096 };
const NATIVE: Fragment = {
  kind: 'native',
  payload: Buffer.from(
    JSON.stringify({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      name: 'checkout',
      start_time: '2026-11-21T08:00:00Z',
      environment: 'prod',
      spans: [{ span_id: '00f067aa0ba902b7', name: 'pay', start_time: '2026-11-21T08:00:00Z', status: 'error' }],
    }),
  ),
  project: 'p',
  keyEnvironment: null,
  receivedAtMillis: 1,
};

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const span = (number: number, isFailed = false) => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: String(number).padStart(16, '0'),
  name: `span-${String(number)}`,
  ...(isFailed ? { status: { code: 2 } } : {}),
});
const resource = (...attributes: object[]) => ({ attributes });

const SPANS = {
  resourceSpans: [
    {
      resource: resource(text('service.name', 'shop'), text('deployment.environment.name', 'prod')),
      scopeSpans: [
        { scope: { name: 's1' }, spans: [span(1), span(2, true)], schemaUrl: 'https://b' },
        { scope: { name: 's2' }, spans: [span(3)] },
      ],
      schemaUrl: 'https://a',
    },
    {
      resource: resource(text('service.name', 'bank'), text('noveum.project', 'money')),
      scopeSpans: [{ spans: [span(4)] }],
    },
  ],
};
const log = { traceId: '0af7651916cd43dd8448eb211c80319c', eventName: 'gen_ai.user.message' };
const LOGS = {
  resourceLogs: [
    {
      resource: resource(text('service.name', 'shop')),
      scopeLogs: [{ logRecords: [log, { ...log, eventName: 'x' }] }],
    },
    { resource: resource(text('service.name', 'bank')), scopeLogs: [{ logRecords: [log] }] },
  ],
};

const bytesOf = (outcome: ReturnType<typeof encodeTracesJson>): Uint8Array => {
  if (outcome.status === 'refused') throw new Error(outcome.problem.issue);
  return outcome.bytes;
};
const recordOf = (changes: Partial<JournalRecord> = {}): JournalRecord => ({
  format: 'otlp-traces',
  receivedAtMillis: 1,
  project: null,
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body: bytesOf(encodeTracesJson(SPANS, LIMITS)),
  ...changes,
});
const logRecord = (changes: Partial<JournalRecord> = {}): JournalRecord =>
  recordOf({ format: 'otlp-logs', body: bytesOf(encodeLogsJson(LOGS, LIMITS)), ...changes });

const partsOf = (
  record: JournalRecord,
  filter: Partial<typeof ALL> | Readonly<Record<string, unknown>> = {},
  logs = true,
) => createPartsOfRecord({ filter: { ...ALL, ...filter }, logs }, () => [NATIVE])(record);
const namesIn = (bytes: Uint8Array | undefined): string[] =>
  Array.from(
    Buffer.from(bytes ?? [])
      .toString('latin1')
      .matchAll(/span-\d/g),
    ([name]) => name,
  );

test('OTLP goes out as it came, byte for byte, and is counted', () => {
  const record = recordOf();
  expect(partsOf(record)).toEqual([{ signal: 'traces', body: record.body, items: 4, project: null }]);
  expect(partsOf(record)[0]?.body).toBe(record.body);
  expect(partsOf(logRecord())).toMatchObject([{ signal: 'logs', items: 3 }]);
});

test('what was refused to the sender is left out, the rest with resource, scope and schemas as it was', () => {
  const [part] = partsOf(recordOf({ refused: [1, 2] }));
  const [resourceSpans, other] = SPANS.resourceSpans;
  const expected = {
    resourceSpans: [{ ...resourceSpans, scopeSpans: [{ ...resourceSpans?.scopeSpans[0], spans: [span(1)] }] }, other],
  };
  expect(part?.items).toBe(2);
  expect(Buffer.from(part?.body ?? []).equals(bytesOf(encodeTracesJson(expected, LIMITS)))).toBe(true);
  expect(partsOf(recordOf({ refused: [0, 1, 2, 3] }))).toEqual([]);
  expect(partsOf(logRecord({ refused: [1] }))).toMatchObject([{ items: 2 }]);
});

test.each([
  [{ services: ['shop'] }, {}, ['span-1', 'span-2', 'span-3']],
  [{ services: ['shop', 'bank'] }, {}, ['span-1', 'span-2', 'span-3', 'span-4']],
  [{ environments: ['prod'] }, {}, ['span-1', 'span-2', 'span-3']],
  [{ environments: ['dev'] }, { keyEnvironment: 'dev' }, ['span-4']],
  [{ projects: ['money'] }, {}, ['span-4']],
  [{ projects: ['default'] }, {}, ['span-1', 'span-2', 'span-3']],
  [{ projects: ['money'] }, { project: 'of-the-key' }, []],
  [{ errorsOnly: true }, {}, ['span-2']],
])('the filter %j lets through of %j: %j', (filter, changes, names) => {
  expect(namesIn(partsOf(recordOf(changes), filter)[0]?.body)).toEqual(names);
});

test('logs go out where they are wanted, by the same filter', () => {
  expect(partsOf(logRecord(), {}, false)).toEqual([]);
  expect(partsOf(logRecord(), { services: ['bank'] })).toMatchObject([{ signal: 'logs', items: 1 }]);
  expect(partsOf(logRecord(), { errorsOnly: true })).toEqual([]);
});

test('a native trace goes out as OTLP, by the same filter', () => {
  const record = recordOf({ format: 'native', project: 'p' });
  expect(partsOf(record)).toMatchObject([{ signal: 'traces', items: 1, project: 'p' }]);
  expect(partsOf(record, { environments: ['prod'], errorsOnly: true, projects: ['p'] })).toHaveLength(1);
  expect(partsOf(record, { environments: ['dev'] })).toEqual([]);
  expect(partsOf(record, { projects: ['q'] })).toEqual([]);
});
