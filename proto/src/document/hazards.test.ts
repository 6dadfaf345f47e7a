import { fragment, logsFragment, nativeFragment, spansFragment } from '../../test/fragments.js';
import { schemaProblems } from '../../test/json-schema.js';
import { referenceTraces } from '../../test/otlp-reference.js';
import { type Fragment, type SpanDocument, toOtlp, toTraceDocument, type TraceDocument } from './index.js';

const traceId = Buffer.from('0f8fad5bd9cb469fa16570867728950e', 'hex');
const spanId = Buffer.from('00f067aa0ba902b7', 'hex');

const documentOf = (...fragments: readonly Fragment[]): TraceDocument => {
  const document = toTraceDocument(fragments);
  if (document === null) throw new Error('the fragments say nothing');
  expect(schemaProblems(document)).toEqual([]);
  return document;
};

const otlp = (span: object): Fragment =>
  spansFragment({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, ...span }] }] }] });

const firstSpan = (document: TraceDocument): SpanDocument => {
  const [span] = document.spans;
  if (span === undefined) throw new Error('the document has no span');
  return span;
};

const native = (span: object, head: object = {}): Fragment =>
  nativeFragment({
    trace_id: 'order-17',
    name: 'run',
    start_time: '2026-11-21T03:49:55Z',
    spans: [{ span_id: 'one', name: 'step', start_time: '2026-11-21T03:49:55Z', ...span }],
    ...head,
  });

const givenBack = (document: TraceDocument): Record<string, unknown> => {
  const [resource] = toOtlp(document).resourceSpans as { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
  return resource?.scopeSpans[0]?.spans[0] ?? {};
};

const valuesOf = (document: TraceDocument): unknown =>
  Object.fromEntries(
    (givenBack(document)['attributes'] as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]),
  );

test('a span without times is unfinished and starts at the epoch', () => {
  const document = documentOf(otlp({ name: 'odd' }));
  expect(document).toMatchObject({ end_time: null, duration_ms: null, incomplete: true, span_count: 1 });
  expect(firstSpan(document)).toMatchObject({ end_time: null, end_unix_nano: null, duration_ms: null });
});

test('a span that ends before it starts lasts 0 and is flagged', () => {
  const skewed = [
    documentOf(otlp({ startTimeUnixNano: '2000', endTimeUnixNano: '1000' })),
    documentOf(native({ end_time: '2026-11-21T03:49:54Z' })),
  ];
  for (const document of skewed) {
    expect(document.duration_ms).toBe(0);
    expect(firstSpan(document)).toMatchObject({ duration_ms: 0, noveum: { clock_skew: true } });
    expect(firstSpan(document).end_time).not.toBeNull();
  }
});

test('a parent of zeros, or an empty one, makes a root', () => {
  expect(firstSpan(documentOf(otlp({ parentSpanId: new Uint8Array(8) }))).parent_span_id).toBeNull();
  expect(firstSpan(documentOf(native({ parent_span_id: '' }))).parent_span_id).toBeNull();
  expect(firstSpan(documentOf(native({ parent_span_id: '0000000000000000' }))).parent_span_id).toBeNull();
});

test('of a repeated attribute the last value counts, with its own type', () => {
  const attributes = [
    { key: 'n', value: { doubleValue: 1 } },
    { key: 'm', value: { kvlistValue: { values: [{ key: 'x', value: { doubleValue: 2 } }] } } },
    { key: 'n', value: { stringValue: '1' } },
    { key: 'm', value: { kvlistValue: { values: [{ key: 'x', value: { intValue: '2' } }] } } },
  ];
  const document = documentOf(otlp({ attributes }));
  expect(firstSpan(document).attributes).toEqual({ n: '1', m: { x: 2 } });
  expect(firstSpan(document).noveum).toBeUndefined();
  expect(valuesOf(document)).toEqual({
    n: { stringValue: '1' },
    m: { kvlistValue: { values: [{ key: 'x', value: { intValue: '2' } }] } },
  });
});

test('numbers come back with their type, exactly', () => {
  const attributes = [
    { key: 'max', value: { intValue: '9223372036854775807' } },
    { key: 'odd', value: { intValue: '-9007199254740993' } },
    { key: 'one', value: { doubleValue: 1 } },
    { key: 'huge', value: { doubleValue: 1e300 } },
    { key: 'nan', value: { doubleValue: NaN } },
    { key: 'raw/~', value: { bytesValue: Uint8Array.of(255, 0) } },
    { key: 'nothing', value: {} },
    { key: '__proto__', value: { intValue: '1' } },
  ];
  const document = documentOf(otlp({ attributes }));
  expect(firstSpan(document).attributes).toMatchObject({
    max: '9223372036854775807',
    one: 1,
    nan: 'NaN',
    nothing: null,
  });
  expect(valuesOf(document)).toEqual(
    Object.fromEntries([
      ['max', { intValue: '9223372036854775807' }],
      ['odd', { intValue: '-9007199254740993' }],
      ['one', { doubleValue: 1 }],
      ['huge', { doubleValue: 1e300 }],
      ['nan', { doubleValue: 'NaN' }],
      ['raw/~', { bytesValue: '/wA=' }],
      ['nothing', {}],
      ['__proto__', { intValue: '1' }],
    ]),
  );
});

test('native integers beyond 2^53 keep their digits, and come back as integers', () => {
  const text = JSON.stringify({
    trace_id: 'order-17',
    name: 'run',
    start_time: '2026-11-21T03:49:55Z',
    spans: [{ span_id: 'one', name: 'step', start_time: '2026-11-21T03:49:55Z', attributes: { n: 0 } }],
  }).replace('"n":0', '"n":9007199254740993');
  const document = documentOf(fragment('native', new TextEncoder().encode(text)));
  expect(firstSpan(document)).toMatchObject({
    attributes: { n: '9007199254740993' },
    noveum: { types: { '/attributes/n': 'int' } },
  });
  expect(valuesOf(document)).toMatchObject({ n: { intValue: '9007199254740993' } });
});

test('broken UTF-8 becomes replacement characters, a byte order mark stays', () => {
  const bytes = referenceTraces.encode({
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, name: 'a?b', status: { message: '\uFEFFx' } }] }] }],
  });
  bytes[Buffer.from(bytes).indexOf('a?b') + 1] = 0xff;
  const span = firstSpan(documentOf(fragment('otlp-spans', bytes)));
  expect(span).toMatchObject({ name: 'a\uFFFDb', status_message: '\uFEFFx' });
});

test('a longer value is cut between characters, marked and flagged, wherever it came from', () => {
  const limits = { maxValueBytes: 6 };
  const long = 'größe!';
  const events = [{ name: 'ev', attributes: [{ key: 'k', value: { stringValue: '😀😀' } }] }];
  const resource = { attributes: [{ key: 'host', value: { stringValue: long } }] };
  const spans = [
    { traceId, spanId, events, attributes: [{ key: 'fits', value: { stringValue: 'größe'.slice(0, 4) } }] },
  ];
  const ofOtlp = toTraceDocument([spansFragment({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })], limits);
  expect(ofOtlp?.spans[0]).toMatchObject({
    attributes: { fits: 'größ' },
    resource: { attributes: { host: 'größ…[cut]' } },
    events: [{ attributes: { k: '😀…[cut]' } }],
    noveum: { cut: ['/events/0/attributes/k', '/resource/attributes/host'] },
  });
  const ofNative = toTraceDocument([native({ attributes: { deep: [{ a: long }] } })], limits);
  expect(ofNative?.spans[0]).toMatchObject({
    attributes: { deep: [{ a: 'größ…[cut]' }] },
    noveum: { cut: expect.arrayContaining(['/attributes/deep/0/a']) as string[] },
  });
  const million = 'x'.repeat(1024 * 1024);
  expect(firstSpan(documentOf(native({ attributes: { million } }))).attributes).toEqual({ million });
  expect(firstSpan(documentOf(native({ attributes: { million: `${million}y` } }))).attributes).toEqual({
    million: `${million}…[cut]`,
  });
});

test('unknown native fields are kept where they were found', () => {
  const document = documentOf(
    native(
      {
        priority: 3,
        events: [{ name: 'ev', timestamp: 'just now', attributes: {}, source: 'log', level: 'warn' }],
        links: [{ trace_id: 't', span_id: 's', kind: 'follows' }],
      },
      { region: { zone: 'a' }, noveum: { sent: 1 } },
    ),
  );
  expect(document.noveum).toMatchObject({ sent: { region: { zone: 'a' }, noveum: { sent: 1 } } });
  expect(firstSpan(document)).toMatchObject({
    noveum: { sent: { priority: 3 } },
    events: [{ timestamp: 'just now', noveum: { sent: { source: 'log', level: 'warn' } } }],
    links: [{ trace_id: 't', noveum: { sent: { kind: 'follows' } } }],
  });
});

test('a native trace is given back as valid OTLP, with what OTLP has no field for', () => {
  const document = documentOf(
    native(
      {
        parent_span_id: 'zero',
        status: 'timeout',
        end_time: '2026-11-21T03:49:56.5Z',
        exception: { type: 'ReadTimeout', message: 'late', stack_trace: 'at x' },
      },
      { otel: { resource: { 'service.name': 'shop' } }, metadata: { user_id: 'ada' } },
    ),
  );
  const [resource] = toOtlp(document).resourceSpans;
  expect(resource).toMatchObject({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
  });
  const span = givenBack(document);
  expect(span).toMatchObject({
    // SHA-256 of order-17, one and zero.
    traceId: '72a90ea3da8b5dd01bde2f27314e02e2',
    spanId: '7692c3ad3540bb80',
    parentSpanId: 'f9194e73f9e9459e',
    startTimeUnixNano: '1795232995000000000',
    endTimeUnixNano: '1795232996500000000',
    status: { code: 2 },
    events: [{ name: 'exception', timeUnixNano: '1795232996500000000' }],
  });
  expect(valuesOf(document)).toMatchObject({
    'noveum.trace_id': { stringValue: 'order-17' },
    'noveum.span_id': { stringValue: 'one' },
    'noveum.trace': {
      kvlistValue: { values: expect.arrayContaining([{ key: 'name', value: { stringValue: 'run' } }]) as unknown },
    },
  });
});

test('all spans of a document name one trace, however each wrote its id', () => {
  const spans = ['ABC', 'abc'].map((trace_id, at) => ({
    trace_id,
    span_id: `s${String(at)}`,
    name: 'step',
    start_time: '2026-11-21T03:49:55Z',
  }));
  const document = documentOf(native({}, { trace_id: 'ABC', spans }));
  const [resource] = toOtlp(document).resourceSpans as { scopeSpans: { spans: { traceId: string }[] }[] }[];
  expect(new Set(resource?.scopeSpans.flatMap((scope) => scope.spans.map((span) => span.traceId))).size).toBe(1);
});

test('a log record that names no span, or one that has not come, is an event of its trace', () => {
  const record = { traceId, timeUnixNano: '5', severityText: 'INFO', body: { stringValue: 'hi' } };
  const logs = logsFragment({
    resourceLogs: [
      { scopeLogs: [{ logRecords: [record, { ...record, spanId: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1) }] }] },
    ],
  });
  const document = documentOf(logs, otlp({ name: 'root', startTimeUnixNano: '1', endTimeUnixNano: '9' }));
  expect(document.events.map((event) => [event.name, event.time_unix_nano])).toEqual([
    ['log', '5'],
    ['log', '5'],
  ]);
  expect(document.events[0]).toMatchObject({ source: 'log', severity_text: 'INFO', body: 'hi' });
  expect(firstSpan(document).events).toEqual([]);
});

test('nothing said is no document', () => {
  expect(toTraceDocument([])).toBeNull();
  expect(toTraceDocument([fragment('otlp-spans', new Uint8Array())])).toBeNull();
});
