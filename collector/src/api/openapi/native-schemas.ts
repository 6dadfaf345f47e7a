import { ANY_OBJECT, COUNT, listOf, NUMBER, objectOf, orNull, ref, type Schema, TEXT, TIMESTAMP } from './types.js';

const STATUS: Schema = { enum: ['ok', 'error', 'unset', 'timeout', 'cancelled', null] };
const SENT_TIME: Schema = { type: 'string', description: 'ISO 8601, with or without a zone; without: UTC.' };
const ID: Schema = { type: 'string', maxLength: 256 };

const withOthers = (required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  required,
  properties,
  description: 'Other members are kept as sent.',
});

const WARNINGS = listOf(TEXT);
const FAILED = {
  type: 'object',
  required: ['error', 'details'],
  properties: { trace_id: TEXT, index: COUNT, error: TEXT, details: objectOf({ field: TEXT, issue: TEXT }) },
};

/** What the native API takes and says. */
export const NATIVE_SCHEMAS: Readonly<Record<string, Schema>> = {
  NativeSpan: withOthers(['span_id', 'name', 'start_time'], {
    span_id: ID,
    trace_id: { ...ID, description: "Must be the trace's own where it is given." },
    parent_span_id: orNull('string', { maxLength: 256 }),
    name: TEXT,
    start_time: SENT_TIME,
    end_time: orNull('string'),
    status: STATUS,
    status_message: orNull('string'),
    attributes: orNull('object'),
    events: orNull('array', { items: ANY_OBJECT }),
    links: orNull('array', { items: ANY_OBJECT }),
  }),
  NativeTrace: withOthers(['name', 'start_time'], {
    trace_id: { ...ID, description: 'Made where it is missing, and then a repetition is stored twice.' },
    name: TEXT,
    start_time: SENT_TIME,
    end_time: orNull('string'),
    status: STATUS,
    attributes: orNull('object'),
    metadata: orNull('object'),
    sdk: orNull('object'),
    project: orNull('string', { description: "Counts where no key is needed; else the key's project does." }),
    environment: orNull('string'),
    events: orNull('array', { items: ANY_OBJECT }),
    spans: orNull('array', { items: ref('NativeSpan') }),
  }),
  NativeBatch: withOthers(['traces'], { traces: listOf(ref('NativeTrace')) }),
  Envelope: objectOf({
    compressed: { const: true },
    data: { type: 'string', contentEncoding: 'base64', description: 'gzip of a JSON body.' },
  }),
  NativeAnswer: objectOf(
    {
      success: { const: true },
      trace_id: TEXT,
      message: TEXT,
      timestamp: TIMESTAMP,
      processing_time_ms: NUMBER,
      warnings: WARNINGS,
    },
    ['warnings'],
  ),
  NativeBatchAnswer: objectOf(
    {
      success: { const: true },
      ingested_count: COUNT,
      failed_count: COUNT,
      message: TEXT,
      timestamp: TIMESTAMP,
      processing_time_ms: NUMBER,
      trace_ids: listOf(TEXT),
      successful_traces: listOf(TEXT),
      failed_traces: listOf(FAILED),
      warnings: WARNINGS,
    },
    ['trace_ids', 'successful_traces', 'failed_traces', 'warnings'],
  ),
  Error: {
    ...objectOf(
      {
        success: { const: false },
        error: objectOf(
          {
            code: ref('ErrorCode'),
            message: TEXT,
            details: objectOf({
              field: { type: 'string', description: 'The parameter, header, or path of the field.' },
              issue: { type: 'string', description: 'The rule that it broke.' },
            }),
          },
          ['details'],
        ),
        message: TEXT,
        timestamp: TIMESTAMP,
        failed_traces: listOf(FAILED),
      },
      ['failed_traces'],
    ),
    description: 'A refusal. `failed_traces`: of a native batch none of whose traces was taken.',
  },
};
