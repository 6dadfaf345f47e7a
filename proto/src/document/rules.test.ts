import { nativeFragment } from '../../test/fragments.js';
import { endNanosOf, summaryOf, toTraceDocument, traceStatusOf } from './index.js';

const time = (seconds: number): string => new Date(seconds * 1000).toISOString();

interface SentSpan {
  readonly span_id: string;
  readonly [field: string]: unknown;
}

const documentOf = (spans: readonly SentSpan[], head: object = {}, keyEnvironment: string | null = null) => {
  const sent = spans.map((span, at) => ({ name: span.span_id, start_time: time(at), end_time: time(at + 1), ...span }));
  const trace = { trace_id: 't', name: 'run', start_time: time(100), ...head, spans: sent };
  const document = toTraceDocument([nativeFragment(trace, { keyEnvironment })]);
  if (document === null) throw new Error('the fragment says nothing');
  return document;
};

const root: SentSpan = { span_id: 'root' };
const child: SentSpan = { span_id: 'child', parent_span_id: 'root' };

test.each([
  ['ok', 'the root went well, whatever a child did', [root, { ...child, status: 'error' }], {}],
  ['error', 'the root failed', [{ ...root, status: 'error' }], {}],
  ['error', 'there is no root, and a span failed', [{ ...child, status: 'error' }], { status: 'cancelled' }],
  [
    'timeout',
    'the failed root says so',
    [{ ...root, status: 'error', attributes: { 'error.type': 'ReadTimeout' } }],
    {},
  ],
  ['timeout', 'the root timed out', [{ ...root, status: 'timeout' }], {}],
  ['cancelled', 'it was sent so', [root], { status: 'cancelled' }],
  ['cancelled', 'the root was', [{ ...root, status: 'cancelled' }], {}],
  ['ok', 'an error was sent, but the spans know of none', [root], { status: 'error' }],
  ['error', 'it was sent so and there is no span', [], { status: 'error' }],
] as const)('status is %s where %s', (status, _why, spans, head) => {
  expect(documentOf(spans, head).status).toBe(status);
});

test('a store tells the same status from its sums', () => {
  expect(traceStatusOf({ failed: true, errorType: 'TIMEOUT' }, 1, null)).toBe('timeout');
  expect(traceStatusOf({ failed: false, errorType: null }, 3, null)).toBe('ok');
  expect(traceStatusOf(null, 1, 'cancelled')).toBe('error');
  expect(traceStatusOf(null, 0, 'cancelled')).toBe('cancelled');
});

test('the end is as precise as it was sent, though the duration is rounded to microseconds', () => {
  const start = '2026-11-21T12:00:00.000000007Z';
  const ending = (end: string | null) => documentOf([{ ...root, start_time: start, end_time: end }]);
  const end = ending('2026-11-21T12:00:00.009Z');
  expect([end.duration_ms, endNanosOf(end)]).toEqual([9, BigInt(end.start_unix_nano) - 7n + 9_000_000n]);
  expect(endNanosOf(ending('2026-11-21T11:00:00Z'))).toBe(BigInt(end.start_unix_nano));
  expect(endNanosOf(ending(null))).toBeNull();
  expect(endNanosOf({ start_unix_nano: '5', end_time: '2500-01-01T00:00:00Z', duration_ms: 1.5 })).toBe(1_500_005n);
});

test('user and session come as sent, else from the root, else from the earliest span', () => {
  const early = { ...child, attributes: { 'enduser.id': 'early', 'gen_ai.conversation.id': 'c1' } };
  const late = { span_id: 'late', attributes: { 'user.id': 'late' } };
  expect(documentOf([early, late]).metadata).toMatchObject({ user_id: 'late', session_id: 'c1' });
  expect(documentOf([early, { ...late, parent_span_id: 'x' }]).metadata.user_id).toBe('early');
  expect(documentOf([early, late], { metadata: { user_id: 'sent' } }).metadata.user_id).toBe('sent');
});

test('what an application says in its own words is the root’s, over that other spans’, under what was sent', () => {
  const said = (words: object) =>
    Object.fromEntries(Object.entries(words).map(([k, v]) => [`noveum.metadata.${k}`, v]));
  const spans = [
    { ...child, attributes: said({ tier: 'free', seats: 3 }) },
    { ...root, attributes: { ...said({ tier: 'pro', trial: false }), 'noveum.metadata.': 'no name' } },
  ];
  expect(documentOf(spans).metadata.custom_attributes).toEqual({ tier: 'pro', seats: 3, trial: false });
  const sent = { metadata: { custom_attributes: { tier: 'sent' } } };
  expect(documentOf(spans, sent).metadata.custom_attributes).toEqual({ tier: 'sent', seats: 3, trial: false });
});

test('tags are a record, however they were sent', () => {
  const tagged = { ...root, attributes: { 'tag.tags': ['beta', 'vip'] } };
  expect(documentOf([tagged], { metadata: { tags: { team: 'red' } } }).metadata.tags).toEqual({
    beta: true,
    vip: true,
    team: 'red',
  });
  expect(documentOf([root], { metadata: { tags: ['a', 'b'] } }).metadata.tags).toEqual({ a: true, b: true });
});

test('the environment is the root’s, else the one sent, else another span’s, else the key’s', () => {
  const inTest = { attributes: { 'deployment.environment': 'test' } };
  const inStage = { attributes: { 'deployment.environment.name': 'stage', 'deployment.environment': 'old' } };
  expect(
    documentOf(
      [
        { ...child, ...inTest },
        { ...root, ...inStage },
      ],
      { environment: 'sent' },
    ).environment,
  ).toBe('stage');
  expect(documentOf([{ ...child, ...inTest }, root], { environment: 'sent' }, 'prod').environment).toBe('sent');
  expect(documentOf([{ ...child, ...inTest }], {}, 'prod').environment).toBe('test');
  expect(documentOf([root], {}, 'prod').environment).toBe('prod');
  expect(documentOf([root]).environment).toBeNull();
});

test('times are those of the spans, as precise as they came, and those sent stay beside them', () => {
  const spans = [
    { ...root, start_time: '2026-11-21T05:00:00.25+02:00', end_time: '2026-11-21T03:00:01Z' },
    { ...child, start_time: '2026-11-21T03:00:00.5', end_time: null },
  ];
  const document = documentOf(spans, { start_time: '2026-11-21T02:59:59Z', duration_ms: 9, span_count: 2 });
  expect(document).toMatchObject({
    start_time: '2026-11-21T03:00:00.25Z',
    end_time: '2026-11-21T03:00:01Z',
    duration_ms: 750,
    noveum: { sent: { start_time: '2026-11-21T02:59:59Z', duration_ms: 9 } },
  });
  expect(document.noveum['sent']).not.toHaveProperty('span_count');
});

test('a trace without spans is what was sent of it', () => {
  const document = documentOf([], { end_time: time(101), status: 'cancelled' });
  expect(document).toMatchObject({ status: 'cancelled', span_count: 0, incomplete: false, duration_ms: 1000 });
});

test('a trace is incomplete until its root has come and ended', () => {
  expect(documentOf([child]).incomplete).toBe(true);
  expect(documentOf([{ ...root, end_time: null }, child]).incomplete).toBe(true);
  expect(documentOf([root, child]).incomplete).toBe(false);
});

test('a summary is the document but for its spans and what only merging needs', () => {
  const document = documentOf([root], {}, 'prod');
  const summary = summaryOf(document);
  expect(summary).not.toHaveProperty('spans');
  expect(summary.noveum).not.toHaveProperty('key_environment');
  expect({ ...summary, spans: document.spans, noveum: document.noveum }).toEqual(document);
});
