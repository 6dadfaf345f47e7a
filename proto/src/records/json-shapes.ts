/** How a field reads in OTLP/JSON. `list`: it is repeated. */
export interface JsonField {
  readonly name: string;
  readonly kind: 'text' | 'hex' | 'base64' | 'bool' | 'number' | 'int64' | 'fixed32' | 'fixed64' | 'double' | JsonShape;
  readonly list?: true;
}

/** Fields of a message, by tag. */
export interface JsonShape {
  readonly fields: () => Readonly<Record<number, JsonField>>;
}

/** Shapes name each other: they are looked up when they are read. */
const shape = (fields: () => Readonly<Record<number, JsonField>>): JsonShape => ({ fields });
const list = (name: string, kind: JsonShape): JsonField => ({ name, kind, list: true });
const dropped = (name: string): JsonField => ({ name, kind: 'number' });

const ARRAY_FIELDS = { 10: { name: 'values', kind: shape(() => ANY_VALUE_FIELDS), list: true } } as const;
const MAP_FIELDS = { 10: { name: 'values', kind: shape(() => KEY_VALUE_FIELDS), list: true } } as const;
const ANY_VALUE_FIELDS: Readonly<Record<number, JsonField>> = {
  10: { name: 'stringValue', kind: 'text' },
  16: { name: 'boolValue', kind: 'bool' },
  24: { name: 'intValue', kind: 'int64' },
  33: { name: 'doubleValue', kind: 'double' },
  42: { name: 'arrayValue', kind: shape(() => ARRAY_FIELDS) },
  50: { name: 'kvlistValue', kind: shape(() => MAP_FIELDS) },
  58: { name: 'bytesValue', kind: 'base64' },
};
const KEY_VALUE_FIELDS: Readonly<Record<number, JsonField>> = {
  10: { name: 'key', kind: 'text' },
  18: { name: 'value', kind: shape(() => ANY_VALUE_FIELDS) },
};
const ATTRIBUTES = list(
  'attributes',
  shape(() => KEY_VALUE_FIELDS),
);
const DROPPED_ATTRIBUTES = dropped('droppedAttributesCount');

const EVENT = {
  9: { name: 'timeUnixNano', kind: 'fixed64' },
  18: { name: 'name', kind: 'text' },
  26: ATTRIBUTES,
  32: DROPPED_ATTRIBUTES,
} as const;
const LINK = {
  10: { name: 'traceId', kind: 'hex' },
  18: { name: 'spanId', kind: 'hex' },
  26: { name: 'traceState', kind: 'text' },
  34: ATTRIBUTES,
  40: DROPPED_ATTRIBUTES,
  53: { name: 'flags', kind: 'fixed32' },
} as const;
const STATUS = { 18: { name: 'message', kind: 'text' }, 24: { name: 'code', kind: 'number' } } as const;
const SPAN = {
  10: { name: 'traceId', kind: 'hex' },
  18: { name: 'spanId', kind: 'hex' },
  26: { name: 'traceState', kind: 'text' },
  34: { name: 'parentSpanId', kind: 'hex' },
  42: { name: 'name', kind: 'text' },
  48: { name: 'kind', kind: 'number' },
  57: { name: 'startTimeUnixNano', kind: 'fixed64' },
  65: { name: 'endTimeUnixNano', kind: 'fixed64' },
  74: ATTRIBUTES,
  80: DROPPED_ATTRIBUTES,
  90: list(
    'events',
    shape(() => EVENT),
  ),
  96: dropped('droppedEventsCount'),
  106: list(
    'links',
    shape(() => LINK),
  ),
  112: dropped('droppedLinksCount'),
  122: { name: 'status', kind: shape(() => STATUS) },
  133: { name: 'flags', kind: 'fixed32' },
} as const;
const SCOPE = {
  10: { name: 'name', kind: 'text' },
  18: { name: 'version', kind: 'text' },
  26: ATTRIBUTES,
  32: DROPPED_ATTRIBUTES,
} as const;
const RESOURCE = { 10: ATTRIBUTES, 16: DROPPED_ATTRIBUTES } as const;
const SCHEMA_URL = { name: 'schemaUrl', kind: 'text' } as const;
const SCOPE_SPANS = {
  10: { name: 'scope', kind: shape(() => SCOPE) },
  18: list(
    'spans',
    shape(() => SPAN),
  ),
  26: SCHEMA_URL,
} as const;
const RESOURCE_SPANS = {
  10: { name: 'resource', kind: shape(() => RESOURCE) },
  18: list(
    'scopeSpans',
    shape(() => SCOPE_SPANS),
  ),
  26: SCHEMA_URL,
} as const;

/** ExportTraceServiceRequest; opentelemetry-proto 1.x. */
export const REQUEST: JsonShape = shape(() => ({
  10: list(
    'resourceSpans',
    shape(() => RESOURCE_SPANS),
  ),
}));
