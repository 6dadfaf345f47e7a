import type { DecodedBody } from '../decode/index.js';
import { type ErrorDetails, grpcStatusOf, httpStatusOf } from '../errors/index.js';
import { encodeExportResponse, encodeStatus } from './proto-answer.js';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  readonly retryAfterSeconds?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How one kind of client is spoken to. */
export interface Voice {
  accepted(decoded: DecodedBody, elapsedMillis: number): Answer;
  failed(error: ErrorDetails): Answer;
}

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const MAX_NAMED_REASONS = 3;

const json = (status: number, value: unknown, retryAfterSeconds?: number): Answer => ({
  status,
  contentType: JSON_TYPE,
  body: Buffer.from(JSON.stringify(value)),
  retryAfterSeconds,
});

/** Why items were refused, the first few by name. */
export const refusalReason = ({ refusedItems }: DecodedBody): string => {
  const reasons = [...new Set(refusedItems.map(({ field, issue }) => `${field} ${issue}`))];
  const more = reasons.length - MAX_NAMED_REASONS;
  return reasons.slice(0, MAX_NAMED_REASONS).join('; ') + (more > 0 ? `; and ${String(more)} more` : '');
};

export const otlpProtobufVoice: Voice = {
  accepted: (decoded) => ({
    status: 200,
    contentType: PROTOBUF_TYPE,
    body: encodeExportResponse(decoded.refusedItems.length, refusalReason(decoded)),
  }),
  failed: (error) => ({
    status: httpStatusOf[error.code],
    contentType: PROTOBUF_TYPE,
    body: encodeStatus(grpcStatusOf[error.code], error.message, error.retryAfterSeconds),
    retryAfterSeconds: error.retryAfterSeconds,
  }),
};

/** `counter`: `rejectedSpans` or `rejectedLogRecords`; a 64-bit integer is a string in JSON. */
export const otlpJsonVoice = (counter: 'rejectedSpans' | 'rejectedLogRecords'): Voice => ({
  accepted: (decoded) => {
    const rejected = decoded.refusedItems.length;
    return json(
      200,
      rejected === 0
        ? { partialSuccess: {} }
        : { partialSuccess: { [counter]: String(rejected), errorMessage: refusalReason(decoded) } },
    );
  },
  failed: (error) =>
    json(httpStatusOf[error.code], { code: grpcStatusOf[error.code], message: error.message }, error.retryAfterSeconds),
});

/** The body of every error of the native API and the reading API. */
const errorBody = (error: ErrorDetails, now: Date): Record<string, unknown> => ({
  success: false,
  error: {
    code: error.code,
    message: error.message,
    ...(error.field === undefined ? {} : { details: { field: error.field, issue: error.issue ?? error.message } }),
  },
  message: error.message,
  timestamp: now.toISOString(),
});

/** Their rule is the document's own wording, which stands alone. */
const KINDS_BY_NAME = new Set(['missing_field', 'invalid_span_hierarchy']);

/** An error in the native API's shape. */
export const errorAnswer = (error: ErrorDetails, now: Date): Answer =>
  json(httpStatusOf[error.code], errorBody(error, now), error.retryAfterSeconds);

const failedTraces = ({ refusedItems }: DecodedBody): unknown[] =>
  refusedItems.map(({ index, traceId, field, issue, kind }) => ({
    ...(traceId === undefined ? { index } : { trace_id: traceId }),
    error: KINDS_BY_NAME.has(kind) ? issue : `${field}: ${issue}`,
    details: { field, issue },
  }));

const madeIdWarning = ({ madeIds = [] }: DecodedBody): Record<string, unknown> =>
  madeIds.length === 0
    ? {}
    : {
        warnings: [
          `trace_id was missing and has been made for ${madeIds.join(', ')}: a repetition of this request can't be recognised`,
        ],
      };

const nothingTaken = ({ refusedItems }: DecodedBody, single: boolean, now: Date): Answer => {
  const [first] = refusedItems;
  const error: ErrorDetails = {
    code: 'VALIDATION_ERROR',
    message: single ? 'Invalid trace format' : 'No trace of the batch is valid',
    field: first?.field ?? 'traces',
    issue: first?.issue ?? 'must hold at least one trace',
  };
  return json(400, errorBody(error, now));
};

const withFailures = (answer: Answer, decoded: DecodedBody): Answer => ({
  ...answer,
  body: Buffer.from(
    JSON.stringify({ ...(JSON.parse(answer.body.toString()) as object), failed_traces: failedTraces(decoded) }),
  ),
});

/** The native API's answers, as its specification has them. */
export const nativeVoice = (single: boolean, now: () => Date): Voice => ({
  accepted(decoded, elapsedMillis) {
    const { traceIds = [], refusedItems } = decoded;
    const failed = refusedItems.length;
    if (traceIds.length === 0 && (failed > 0 || single)) {
      const answer = nothingTaken(decoded, single, now());
      return single ? answer : withFailures(answer, decoded);
    }
    const times = { timestamp: now().toISOString(), processing_time_ms: Math.round(elapsedMillis * 10) / 10 };
    if (single)
      return json(200, {
        success: true,
        trace_id: traceIds[0],
        message: 'Trace ingested successfully',
        ...times,
        ...madeIdWarning(decoded),
      });
    return json(200, {
      success: true,
      ingested_count: traceIds.length,
      failed_count: failed,
      message: failed === 0 ? 'Batch ingested successfully' : 'Batch partially ingested',
      ...times,
      ...(failed === 0
        ? { trace_ids: traceIds }
        : { successful_traces: traceIds, failed_traces: failedTraces(decoded) }),
      ...madeIdWarning(decoded),
    });
  },
  failed: (error) => errorAnswer(error, now()),
});
