import fc from 'fast-check';

/** OTLP messages as protobufjs objects: 64-bit integers as decimal strings, enums as numbers. */
export type Message = Record<string, unknown>;

const uint32 = fc.nat(0xffffffff);
const uint64 = fc.bigInt(0n, 2n ** 64n - 1n).map(String);
const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String);
const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 200 }));
const bytes = fc.uint8Array({ maxLength: 20 });
const id = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((value) => {
    value[0] = (value[0] ?? 0) | 1;
    return value;
  });

const { anyValue, keyValue } = fc.letrec<{ anyValue: Message; keyValue: Message }>((tie) => ({
  anyValue: fc.oneof(
    { maxDepth: 4 },
    fc.record({ stringValue: text }),
    fc.constant({}),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.oneof(int64, fc.integer().map(String)) }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ bytesValue: bytes }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('anyValue'), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie('keyValue'), { maxLength: 3 }) }) }),
  ),
  keyValue: fc.record({ key: text, value: tie('anyValue') }, { requiredKeys: ['key'] }),
}));

const attributes = fc.array(keyValue, { maxLength: 4 });
const optional = { requiredKeys: [] };
const event = fc.record({ timeUnixNano: uint64, name: text, attributes, droppedAttributesCount: uint32 }, optional);
const link = fc.record(
  { traceId: id(16), spanId: id(8), traceState: text, attributes, droppedAttributesCount: uint32, flags: uint32 },
  optional,
);

const span = fc.record(
  {
    traceId: id(16),
    spanId: id(8),
    traceState: text,
    parentSpanId: id(8),
    name: text,
    kind: fc.nat(5),
    startTimeUnixNano: uint64,
    endTimeUnixNano: uint64,
    attributes,
    droppedAttributesCount: uint32,
    events: fc.array(event, { maxLength: 3 }),
    droppedEventsCount: uint32,
    links: fc.array(link, { maxLength: 2 }),
    droppedLinksCount: uint32,
    status: fc.record({ message: text, code: fc.nat(2) }, optional),
    flags: uint32,
  },
  { requiredKeys: ['traceId', 'spanId'] },
);

const logRecord = fc.record(
  {
    timeUnixNano: uint64,
    observedTimeUnixNano: uint64,
    severityNumber: fc.nat(24),
    severityText: text,
    body: anyValue,
    attributes,
    droppedAttributesCount: uint32,
    flags: uint32,
    traceId: fc.oneof(id(16), fc.constant(new Uint8Array(16).fill(7))),
    spanId: id(8),
    eventName: text,
  },
  { requiredKeys: ['traceId'] },
);

const resource = fc.record({ attributes, droppedAttributesCount: uint32 }, optional);
const scope = fc.record({ name: text, version: text, attributes, droppedAttributesCount: uint32 }, optional);

const requestOf = (
  outer: string,
  middle: string,
  inner: string,
  item: fc.Arbitrary<Message>,
): fc.Arbitrary<Message> => {
  const scopes = fc.record({ scope, [inner]: fc.array(item, { maxLength: 4 }), schemaUrl: text }, optional);
  const resources = fc.record({ resource, [middle]: fc.array(scopes, { maxLength: 3 }), schemaUrl: text }, optional);
  return fc.record({ [outer]: fc.array(resources, { maxLength: 3 }) });
};

export const traces: fc.Arbitrary<Message> = requestOf('resourceSpans', 'scopeSpans', 'spans', span);
export const logs: fc.Arbitrary<Message> = requestOf('resourceLogs', 'scopeLogs', 'logRecords', logRecord);
