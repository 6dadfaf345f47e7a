import { createKnownAttributes, createTraceVisitor, encodeTracesJson, parseExact } from '../index.js';

const LIMITS = { nesting: 64, attributesPerSpan: 1000, spanNameBytes: 4096 };
const spanJson = (extra: object): unknown => ({
  resourceSpans: [
    { scopeSpans: [{ spans: [{ traceId: '0A'.repeat(16), spanId: '0b'.repeat(8), name: 's', ...extra }] }] },
  ],
});

test('what is encoded is read by the visitor', () => {
  const outcome = encodeTracesJson(
    spanJson({ startTimeUnixNano: '1795232995293823000', kind: 'SPAN_KIND_CLIENT' }),
    LIMITS,
  );
  if (outcome.status !== 'encoded') throw new Error(outcome.problem.issue);
  const seen: unknown[] = [];
  createTraceVisitor(createKnownAttributes([]))(
    outcome.bytes,
    { span: (view) => seen.push([view.kind, (BigInt(view.startHigh) << 32n) | BigInt(view.startLow)]) },
    { check: true, nesting: 64 },
  );
  expect(seen).toEqual([[3, 1795232995293823000n]]);
});

test('integers beyond 2^53 stay exact', () => {
  expect(parseExact('{"a":9007199254740993,"b":-9223372036854775808,"c":1.5,"d":12345678901234567.5}')).toEqual({
    a: 9007199254740993n,
    b: -9223372036854775808n,
    c: 1.5,
    d: 12345678901234567.5,
  });
});

test.each([
  ['traceId', { traceId: '00'.repeat(16) }, 'invalid_trace_id'],
  ['traceId', { traceId: 'xyz' }, 'invalid_trace_id'],
  ['spanId', { spanId: null }, 'missing_span_id'],
  ['attributes[0].value.intValue', { attributes: [{ key: 'k', value: { intValue: 1.5 } }] }, 'out_of_range'],
])('a span with a bad %s is refused by index and path', (path, extra, kind) => {
  const outcome = encodeTracesJson(spanJson(extra), LIMITS);
  expect(outcome).toMatchObject({
    status: 'encoded',
    accepted: 0,
    refused: [{ index: 0, field: `resourceSpans[0].scopeSpans[0].spans[0].${path}`, kind }],
  });
});
