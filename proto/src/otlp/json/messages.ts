import { anyValue, attributes } from './any-value.js';
import { asArray, type JsonEncoder } from './encoder.js';
import { items } from './items.js';
import { message, nested, repeated, type MessageContent, type WriteField } from './message.js';
import { enumeration, fixed32, fixed64, uint32 } from './numbers.js';
import { otherId, ownId, text, textUpTo } from './texts.js';

/** Field numbers as in proto/otlp/opentelemetry/proto (opentelemetry-proto 1.x). */
const resource = message({ attributes: [1, attributes], droppedAttributesCount: [2, uint32] });

const scope = message({
  name: [1, text],
  version: [2, text],
  attributes: [3, attributes],
  droppedAttributesCount: [4, uint32],
});

const event = message({
  timeUnixNano: [1, fixed64],
  name: [2, text],
  attributes: [3, attributes],
  droppedAttributesCount: [4, uint32],
});

const link = message({
  traceId: [1, otherId(16, 'invalid_trace_id')],
  spanId: [2, otherId(8, 'invalid_span_id')],
  traceState: [3, text],
  attributes: [4, attributes],
  droppedAttributesCount: [5, uint32],
  flags: [6, fixed32],
});

const status = message({
  message: [2, text],
  code: [3, enumeration('STATUS_CODE_', { UNSET: 0, OK: 1, ERROR: 2 })],
});

const spanKind = enumeration('SPAN_KIND_', {
  UNSPECIFIED: 0,
  INTERNAL: 1,
  SERVER: 2,
  CLIENT: 3,
  PRODUCER: 4,
  CONSUMER: 5,
});

const spanAttributes: WriteField = (encoder: JsonEncoder, fieldNumber, value) => {
  if (asArray(encoder, value).length > encoder.limits.attributesPerSpan) encoder.spansWithManyAttributes++;
  attributes(encoder, fieldNumber, value);
};

const span = message({
  traceId: [1, ownId(16, 'invalid_trace_id')],
  spanId: [2, ownId(8, 'invalid_span_id')],
  traceState: [3, text],
  parentSpanId: [4, otherId(8, 'invalid_parent_span_id')],
  name: [5, textUpTo((encoder) => encoder.limits.spanNameBytes, 'span_name_too_long')],
  kind: [6, spanKind],
  startTimeUnixNano: [7, fixed64],
  endTimeUnixNano: [8, fixed64],
  attributes: [9, spanAttributes],
  droppedAttributesCount: [10, uint32],
  events: [11, repeated(nested(event))],
  droppedEventsCount: [12, uint32],
  links: [13, repeated(nested(link))],
  droppedLinksCount: [14, uint32],
  status: [15, nested(status)],
  flags: [16, fixed32],
});

const severities = Object.fromEntries(
  ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name, level) =>
    ['', '2', '3', '4'].map((degree, step) => [name + degree, 1 + level * 4 + step]),
  ),
);

const logRecord = message({
  timeUnixNano: [1, fixed64],
  severityNumber: [2, enumeration('SEVERITY_NUMBER_', { UNSPECIFIED: 0, ...severities })],
  severityText: [3, text],
  body: [5, anyValue],
  attributes: [6, attributes],
  droppedAttributesCount: [7, uint32],
  flags: [8, fixed32],
  traceId: [9, ownId(16, 'invalid_trace_id')],
  spanId: [10, otherId(8, 'invalid_span_id')],
  observedTimeUnixNano: [11, fixed64],
  eventName: [12, text],
});

const spans = items(span, { traceId: ['trace_id', 'missing_trace_id'], spanId: ['span_id', 'missing_span_id'] });
const scopeSpans = message({ scope: [1, nested(scope)], spans: [2, spans], schemaUrl: [3, text] });
const resourceSpans = message({
  resource: [1, nested(resource)],
  scopeSpans: [2, repeated(nested(scopeSpans))],
  schemaUrl: [3, text],
});

const logRecords = items(logRecord, { traceId: ['trace_id', 'missing_trace_id'] });
const scopeLogs = message({ scope: [1, nested(scope)], logRecords: [2, logRecords], schemaUrl: [3, text] });
const resourceLogs = message({
  resource: [1, nested(resource)],
  scopeLogs: [2, repeated(nested(scopeLogs))],
  schemaUrl: [3, text],
});

export const tracesRequest: MessageContent = message({ resourceSpans: [1, repeated(nested(resourceSpans))] });
export const logsRequest: MessageContent = message({ resourceLogs: [1, repeated(nested(resourceLogs))] });
