import fc from 'fast-check';

import { fixtureBytes, fixtureTraces, fragment } from '../../test/fragments.js';
import { oneTrace } from '../../test/one-trace.js';
import { type Message, traces } from '../../test/otlp-arbitraries.js';
import { referenceTraces } from '../../test/otlp-reference.js';
import { stableText } from './stable-text.js';
import { documentsOfRequest, nativeTracesOf, toTraceDocument, type TraceDocument } from './index.js';

const bytesOf = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json));

const byNative = (payload: Uint8Array, maxValueBytes?: number): TraceDocument | null =>
  toTraceDocument(
    nativeTracesOf(payload).map((trace) => fragment('native', bytesOf(trace))),
    maxValueBytes === undefined ? {} : { maxValueBytes },
  );

const byOtlp = (payload: Uint8Array, maxValueBytes?: number): TraceDocument | null =>
  toTraceDocument([fragment('otlp-spans', payload)], maxValueBytes === undefined ? {} : { maxValueBytes });

const FIXTURES = ['js_otel', 'js_vercel', 'openai_v2_default', 'otlp_js_json', 'traceloop_py_openai'];

test.each(FIXTURES)('the document of %s is the same in native form', (name) => {
  const all = [...fixtureTraces(name).values()];
  expect(nativeTracesOf(fixtureBytes(name))).toHaveLength(all.length);
  for (const trace of all) expect(byNative(trace)).toEqual(byOtlp(trace));
});

/** Names that the native API takes, and times that ISO 8601 can tell. */
const asNativeCan = (message: Message): Message => {
  const walk = (name: string, value: unknown): unknown => {
    if (/TimeUnixNano$|^timeUnixNano$/.test(name)) return String(BigInt(value as string) % 2n ** 62n);
    if (Array.isArray(value)) return value.map((item: unknown) => (isMessage(item) ? children(item) : item));
    return isMessage(value) ? children(value) : value;
  };
  const isMessage = (value: unknown): value is Message =>
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
  const children = (parent: Message): Message => {
    const walked = Object.fromEntries(Object.entries(parent).map(([name, value]) => [name, walk(name, value)]));
    return 'spanId' in parent && 'traceId' in parent && parent.name === '' ? { ...walked, name: 'n' } : walked;
  };
  return children(message);
};

test('the document of any trace is the same in native form', () => {
  fc.assert(
    fc.property(traces.map(oneTrace).map(asNativeCan), (message) => {
      const bytes = referenceTraces.encode(message);
      const named = (document: TraceDocument | null): unknown =>
        document === null
          ? null
          : {
              ...document,
              name: document.name || '(no name)',
              spans: document.spans.map((span) => ({ ...span, name: span.name || '(no name)' })),
            };
      expect(named(byNative(bytes))).toEqual(named(byOtlp(bytes)));
    }),
    { numRuns: 400 },
  );
});

test('a request has the documents of its traces', () => {
  for (const name of FIXTURES) {
    const documents = documentsOfRequest(fixtureBytes(name), { project: 'shop', receivedAtMillis: 1000 });
    expect(documents).toEqual([...fixtureTraces(name).values()].map((trace) => byOtlp(trace)));
  }
});

test('a value that is too long is cut at the same place and noted alike', () => {
  const values = [
    { stringValue: 'é'.repeat(50) },
    { bytesValue: new Uint8Array(70).fill(7) },
    { stringValue: 'short' },
  ];
  const attributes = values.map((value, at) => ({ key: `k/${String(at)}`, value }));
  const span = { traceId: new Uint8Array(16).fill(7), spanId: new Uint8Array(8).fill(1), name: 's', attributes };
  const message = { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] };
  const bytes = referenceTraces.encode(message);
  const document = byNative(bytes, 60);
  expect(document?.spans[0]?.noveum?.cut).toHaveLength(4);
  expect(stableText(document)).toBe(stableText(byOtlp(bytes, 60)));
});

test('a trace is one of the project that its resource names', () => {
  const trace = (spanId: number, project: string): Message => ({
    resource: { attributes: [{ key: 'noveum.project', value: { stringValue: project } }] },
    scopeSpans: [
      { spans: [{ traceId: new Uint8Array(16).fill(7), spanId: new Uint8Array(8).fill(spanId), name: 's' }] },
    ],
  });
  const bytes = referenceTraces.encode({ resourceSpans: [trace(1, 'a'), trace(2, 'b'), trace(3, 'a')] });
  const found = nativeTracesOf(bytes).map(({ project, spans }) => [project, spans.length]);
  expect(found).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});

test('types that a native sender tells count only where the value is such a one', () => {
  const types = { '/attributes/a': 'int', '/attributes/b': 'bytes', '/attributes/c': 'double', '/attributes/d': 'int' };
  const attributes = { a: 'twelve', b: 'not base64!', c: 'a text', d: '9223372036854775807' };
  const span = { span_id: 's', name: 'n', start_time: '2026-11-21T00:00:00Z', attributes, noveum: { types } };
  const trace = { trace_id: 't', name: 'n', start_time: '2026-11-21T00:00:00Z', spans: [span] };
  const [found] = toTraceDocument([fragment('native', bytesOf(trace))])?.spans ?? [];
  expect(found?.attributes).toEqual(attributes);
  expect(found?.noveum).toEqual({ types: { '/attributes/d': 'int' }, sent: { noveum: { types } } });
});

test('a resource that is none of the document’s kind is kept as it was sent', () => {
  const resource = { attributes: { a: 1 }, colour: 'blue' };
  const span = { span_id: 's', name: 'n', start_time: '2026-11-21T00:00:00Z', resource };
  const trace = { trace_id: 't', name: 'n', start_time: '2026-11-21T00:00:00Z', spans: [span] };
  const [found] = toTraceDocument([fragment('native', bytesOf(trace))])?.spans ?? [];
  expect(found?.resource).toBeUndefined();
  expect(found?.noveum).toEqual({ sent: { resource } });
});
