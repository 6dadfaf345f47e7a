import { ANY_OBJECT, COUNT, listOf, objectOf, ref, type Schema, TEXT } from './types.js';

const open = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
});

const HEX = (digits: number): Schema => ({ type: 'string', pattern: `^[0-9a-fA-F]{${String(digits)}}$` });
/** 64 bits: decimal text as the mapping has it; numbers are taken too. */
const LONG: Schema = { anyOf: [{ type: 'string', pattern: '^-?\\d+$' }, { type: 'integer' }] };
const ATTRIBUTES = listOf(ref('OtlpKeyValue'));
const RESOURCE = open({ attributes: ATTRIBUTES, droppedAttributesCount: COUNT });
const SCOPE = open({ name: TEXT, version: TEXT, attributes: ATTRIBUTES });

/** OTLP/JSON, in so far as it is read here; the rest is as opentelemetry-proto has it. */
export const OTLP_SCHEMAS: Readonly<Record<string, Schema>> = {
  OtlpKeyValue: open({ key: TEXT, value: ANY_OBJECT }, ['key']),
  OtlpSpan: open(
    {
      traceId: HEX(32),
      spanId: HEX(16),
      parentSpanId: TEXT,
      traceState: TEXT,
      name: TEXT,
      kind: { anyOf: [{ type: 'integer', minimum: 0, maximum: 5 }, TEXT] },
      startTimeUnixNano: LONG,
      endTimeUnixNano: LONG,
      attributes: ATTRIBUTES,
      events: listOf(open({ timeUnixNano: LONG, name: TEXT, attributes: ATTRIBUTES })),
      links: listOf(open({ traceId: TEXT, spanId: TEXT, attributes: ATTRIBUTES })),
      status: open({ code: { anyOf: [{ type: 'integer', minimum: 0, maximum: 2 }, TEXT] }, message: TEXT }),
      flags: COUNT,
    },
    ['traceId', 'spanId', 'name'],
  ),
  OtlpTraces: open(
    {
      resourceSpans: listOf(
        open({
          resource: RESOURCE,
          schemaUrl: TEXT,
          scopeSpans: listOf(open({ scope: SCOPE, schemaUrl: TEXT, spans: listOf(ref('OtlpSpan')) })),
        }),
      ),
    },
    ['resourceSpans'],
  ),
  OtlpLogs: open(
    {
      resourceLogs: listOf(
        open({
          resource: RESOURCE,
          schemaUrl: TEXT,
          scopeLogs: listOf(
            open({
              scope: SCOPE,
              schemaUrl: TEXT,
              logRecords: listOf(
                open({
                  timeUnixNano: LONG,
                  observedTimeUnixNano: LONG,
                  severityNumber: { anyOf: [COUNT, TEXT] },
                  severityText: TEXT,
                  eventName: TEXT,
                  body: ANY_OBJECT,
                  attributes: ATTRIBUTES,
                  traceId: TEXT,
                  spanId: TEXT,
                }),
              ),
            }),
          ),
        }),
      ),
    },
    ['resourceLogs'],
  ),
  OtlpMetrics: open({ resourceMetrics: listOf(ANY_OBJECT) }),
  OtlpAnswer: objectOf({
    partialSuccess: {
      ...objectOf({ rejectedSpans: TEXT, rejectedLogRecords: TEXT, errorMessage: TEXT }, [
        'rejectedSpans',
        'rejectedLogRecords',
        'errorMessage',
      ]),
      description: 'Empty: all was taken. Counts are decimal texts.',
    },
  }),
  OtlpStatus: {
    ...objectOf({ code: { type: 'integer', minimum: 1, maximum: 16 }, message: TEXT }),
    description: 'google.rpc.Status.',
  },
};
