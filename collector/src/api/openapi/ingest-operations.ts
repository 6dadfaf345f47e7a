import type { ErrorCode } from '../../errors/index.js';
import { type AnswerDoc, JSON_TYPE, type OperationDoc, ref, type Schema } from './types.js';

const PROTOBUF = 'application/x-protobuf';
const BYTES: Schema = { type: 'string', contentMediaType: PROTOBUF };

const ERRORS: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'STORE_UNAVAILABLE',
];

const STALLED: Readonly<Record<string, AnswerDoc>> = {
  '408': {
    description: 'Nothing more of the body came; the connection is closed.',
    content: { 'text/plain': { schema: { const: '' } } },
  },
};

const answerOf = (json: Schema, hasProtobuf: boolean): AnswerDoc => ({
  description: 'Taken, durably; what was refused is told.',
  content: {
    [JSON_TYPE]: { schema: json },
    ...(hasProtobuf ? { [PROTOBUF]: { schema: BYTES } } : {}),
  },
});

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: '00f067aa0ba902b7',
  name: 'chat gpt-4o',
  kind: 3,
  startTimeUnixNano: '1795176000000000000',
  endTimeUnixNano: '1795176001250000000',
  attributes: [
    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
    { key: 'gen_ai.provider.name', value: { stringValue: 'openai' } },
    { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } },
    { key: 'gen_ai.usage.input_tokens', value: { intValue: '21' } },
    { key: 'gen_ai.usage.output_tokens', value: { intValue: '7' } },
  ],
};
const LOG_RECORD = {
  traceId: SPAN.traceId,
  spanId: SPAN.spanId,
  timeUnixNano: '1795176000500000000',
  eventName: 'gen_ai.evaluation.result',
  attributes: [
    { key: 'gen_ai.evaluation.name', value: { stringValue: 'relevance' } },
    { key: 'gen_ai.evaluation.score.value', value: { doubleValue: 0.9 } },
  ],
};

/** By schema of the body. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  OtlpTraces: { resourceSpans: [{ scopeSpans: [{ spans: [SPAN] }] }] },
  OtlpLogs: { resourceLogs: [{ scopeLogs: [{ logRecords: [LOG_RECORD] }] }] },
  OtlpMetrics: { resourceMetrics: [] },
};

const SENDING =
  'Plain, or with `Content-Encoding: gzip` or `deflate`. A `Content-Digest` (RFC 9530, sha-256 or sha-512) is verified. ' +
  'An answer of 200 means durable; after a 503 the same body is to be sent again, and is stored once. ';

const otlpOnly = (id: string, path: string, of: string, body: string, prefixes: readonly string[]): OperationDoc => ({
  method: 'post',
  path,
  prefixes,
  isWrapped: false,
  id,
  tag: 'sending',
  summary: `Sends ${of} by OTLP`,
  description: `${SENDING}Refusals are a \`google.rpc.Status\` in the content type that was sent.`,
  need: 'ingest',
  parameters: [],
  body: {
    description: 'As opentelemetry-proto has it.',
    content: { [JSON_TYPE]: { schema: ref(body), example: EXAMPLES[body] }, [PROTOBUF]: { schema: BYTES } },
  },
  answers: { '200': answerOf(ref('OtlpAnswer'), true) },
  errors: ERRORS,
  otherErrors: STALLED,
});

const single = (id: string, path: string): OperationDoc => ({
  method: 'post',
  path,
  isWrapped: false,
  id,
  tag: 'sending',
  summary: 'Sends one trace in the native form',
  description: SENDING,
  need: 'ingest',
  parameters: [],
  body: {
    description: 'One trace.',
    content: { [JSON_TYPE]: { schema: { anyOf: [ref('NativeTrace'), ref('Envelope')] }, example: NATIVE_TRACE } },
  },
  answers: { '200': answerOf(ref('NativeAnswer'), false) },
  errors: ERRORS,
  otherErrors: STALLED,
});

const NATIVE_TRACE = {
  trace_id: '7d3c2a4e-5b1f-4c8e-9a6d-0f2b4c6d8e10',
  name: 'POST /chat',
  start_time: '2026-11-20T12:00:00.000Z',
  end_time: '2026-11-20T12:00:01.250Z',
  status: 'ok',
  metadata: { user_id: 'ada', session_id: 's-1', tags: ['red'] },
  spans: [
    {
      span_id: 'root',
      name: 'chat',
      start_time: '2026-11-20T12:00:00.000Z',
      end_time: '2026-11-20T12:00:01.250Z',
      attributes: { 'llm.model': 'gpt-4o', 'llm.input_tokens': 21, 'llm.output_tokens': 7 },
    },
  ],
};

const BOTH = ['/v1', '/api/v1'];
const LANGFUSE = ['/api/public/otel/v1'];

/** What takes data. */
export const INGEST_OPERATIONS: readonly OperationDoc[] = [
  {
    method: 'post',
    path: '/traces',
    isWrapped: false,
    id: 'sendTraces',
    tag: 'sending',
    summary: 'Sends traces: OTLP, or a batch in the native form',
    description:
      `${SENDING}JSON with \`resourceSpans\` is OTLP, with \`traces\` a native batch. Senders of OTLP are answered as OTLP ` +
      'has it, in the content type that they sent; all others as below.',
    need: 'ingest',
    parameters: [],
    body: {
      description: 'Told apart by content type and content.',
      content: {
        [JSON_TYPE]: {
          schema: { anyOf: [ref('OtlpTraces'), ref('NativeBatch'), ref('Envelope')] },
          example: { traces: [NATIVE_TRACE] },
        },
        [PROTOBUF]: { schema: BYTES },
      },
    },
    answers: { '200': answerOf({ anyOf: [ref('NativeBatchAnswer'), ref('OtlpAnswer')] }, true) },
    errors: ERRORS,
    otherErrors: STALLED,
  },
  single('sendTrace', '/trace'),
  single('sendSingleTrace', '/traces/single'),
  otlpOnly('sendLogs', '/logs', 'log records', 'OtlpLogs', BOTH),
  otlpOnly('sendMetrics', '/metrics', 'metrics, which are answered and not kept,', 'OtlpMetrics', BOTH),
  otlpOnly('sendLangfuseTraces', '/traces', "traces from Langfuse's exporter", 'OtlpTraces', LANGFUSE),
  otlpOnly('sendLangfuseLogs', '/logs', "log records from Langfuse's exporter", 'OtlpLogs', LANGFUSE),
  otlpOnly('sendLangfuseMetrics', '/metrics', "metrics from Langfuse's exporter", 'OtlpMetrics', LANGFUSE),
];
