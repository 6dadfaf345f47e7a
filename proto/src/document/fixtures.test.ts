import { fixtureLogs, fixtureTraces, fragment, nativeFixture, nativeFragment } from '../../test/fragments.js';
import { schemaProblems } from '../../test/json-schema.js';
import { toTraceDocument, type TraceDocument } from './index.js';

const documentsOf = (name: string): TraceDocument[] =>
  [...fixtureTraces(name).values()].flatMap((payload) => toTraceDocument([fragment('otlp-spans', payload)]) ?? []);

test.each([
  ['js_otel', 6, 1, '2026-11-21T04:01:39.905000000Z', 126.133],
  ['js_vercel', 13, 2, '2026-11-21T04:01:40.945000000Z', 229.385],
  ['openai_v2_default', 7, 1, '2026-11-21T03:58:43.042577898Z', 967.197],
  ['openinference_py_openai', 8, 1, '2026-11-21T03:52:17.177919074Z', 1210.548],
  ['otlp_js_json', 3, 1, '2026-11-21T04:01:37.016000000Z', 1.196],
  ['traceloop_py_openai', 8, 1, '2026-11-21T03:52:08.022447117Z', 352.984],
])('%s is one trace of %i spans, %i of them failed', (name, spanCount, errorCount, startTime, durationMillis) => {
  const documents = documentsOf(name);
  expect(documents).toHaveLength(1);
  const [document] = documents;
  expect(document).toMatchObject({
    span_count: spanCount,
    error_count: errorCount,
    has_error: true,
    // The root of each went well, whatever its children did.
    status: 'ok',
    incomplete: false,
    start_time: startTime,
    duration_ms: durationMillis,
  });
  expect(document?.spans).toHaveLength(spanCount);
  expect(schemaProblems(document)).toEqual([]);
});

test('what one exporter sends in one request may be several traces', () => {
  const documents = documentsOf('otlp_python_http');
  expect(documents.map((document) => [document.name, document.span_count, document.environment])).toEqual([
    ['root', 3, 'test'],
    ['root', 3, 'test'],
  ]);
  expect(documents.flatMap(schemaProblems)).toEqual([]);
  expect(documents.map((document) => document.services)).toEqual([['drive-py'], ['drive-py']]);
});

test('log records of prompts and completions are events of the spans that they name', () => {
  const [[, spans] = ['', new Uint8Array()]] = fixtureTraces('openai_v2_default');
  const ofSpans = fragment('otlp-spans', spans);
  const ofLogs = fragment('otlp-logs', fixtureLogs('openai_v2_default'));
  const document = toTraceDocument([ofLogs, ofSpans]);
  expect(document).toEqual(toTraceDocument([ofSpans, ofLogs]));
  expect(document?.events).toEqual([]);
  const chat = document?.spans.find((span) => span.name === 'chat gpt-4o-mini');
  expect(chat?.events.map((event) => event.name)).toEqual([
    'gen_ai.system.message',
    'gen_ai.user.message',
    'gen_ai.choice',
  ]);
  expect(chat?.events[0]).toMatchObject({ source: 'log', body: { content: expect.any(String) as string } });
  expect(schemaProblems(document)).toEqual([]);

  const alone = toTraceDocument([ofLogs]);
  expect(alone).toMatchObject({ span_count: 0, incomplete: true, status: 'ok', trace_id: document?.trace_id });
  expect(alone?.events).toHaveLength(document?.spans.flatMap((span) => span.events).filter(isLog).length ?? -1);
  expect(schemaProblems(alone)).toEqual([]);
});

const isLog = (event: object): boolean => 'source' in event;

test('the trace that noveum-trace 1.5.28 sends is shown as sent, its counts made anew', () => {
  const sent = nativeFixture();
  const document = toTraceDocument([nativeFragment(sent)]);
  expect(document).toMatchObject({
    trace_id: 'b2dce7c0-9328-4f4c-ad9e-a01c99b6d8da',
    trace_key: 'b2dce7c093284f4cad9ea01c99b6d8da',
    name: 'probe-trace',
    span_count: 4,
    error_count: 1,
    has_error: true,
    status: 'ok',
    start_time: '2026-11-21T03:49:55.293957Z',
    start_unix_nano: '1795232995293957000',
    end_time: '2026-11-21T03:49:55.295191Z',
    duration_ms: 1.234,
    environment: 'test',
    services: ['probe'],
    error_types: ['ValueError'],
    service_version: 'v9',
    schema_version: '2.0',
    attributes: sent['attributes'],
    metadata: sent['metadata'],
    sdk: sent['sdk'],
    otel: sent['otel'],
    noveum: {
      sent: {
        error_count: 0,
        duration_ms: 1.38,
        start_time: '2026-11-21T03:49:55.293823Z',
        end_time: '2026-11-21T03:49:55.295203Z',
        project: 'probe',
      },
    },
  });
  expect(document?.spans.map((span) => [span.name, span.kind, span.status, span.duration_ms])).toEqual([
    ['outer', 'INTERNAL', 'ok', 1.234],
    ['llm.chat', 'CLIENT', 'ok', 0.257],
    ['agent.plan', 'INTERNAL', 'ok', 0.005],
    ['failing', 'INTERNAL', 'error', 0.866],
  ]);
  const sentSpans = sent['spans'] as Record<string, unknown>[];
  expect(document?.spans.map((span) => span.attributes)).toEqual(sentSpans.map((span) => span['attributes']));
  expect(document?.spans.map((span) => span.noveum?.['sent'])).toEqual(sentSpans.map(({ otel }) => ({ otel })));
  expect(document?.spans[3]?.exception).toEqual(sentSpans[3]?.['exception']);
  expect(document?.spans[0]?.events[0]?.timestamp).toBe('2026-11-21T03:49:55.293968Z');
  expect(schemaProblems(document)).toEqual([]);
});
