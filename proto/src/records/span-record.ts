import { writeText } from '../encode/index.js';
import { readInt64 } from './any-value.js';
import { type AttributeHolder, createAttributeHolder } from './attribute-holder.js';
import type { EditField, Fields } from './fields.js';
import { limitSpan, type RecordLimits } from './limits.js';
import { editByMap, integersByMap, type MapOptions, type StringMap } from './map-strings.js';
import type { ResourceView, ScopeView } from './owner-record.js';
import { hexOf, readFixed64 } from './read-ids.js';
import { SPAN, SPAN_TEXTS, STATUS } from './tags.js';
import { createTextEditing } from './text-edits.js';
import { bytesOf, eachField, type Workspace } from './workspace.js';

/**
 * One encoded span, read where it is asked for and written anew where it is edited; reads see earlier edits. Valid
 * during the call that it is given to. Everything throws MalformedProtobuf for bytes that are not a span.
 */
export interface SpanRecord extends AttributeHolder {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** OTLP's SpanKind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly resource: ResourceView;
  readonly scope: ScopeView;
  setName(name: string): void;
  /** Every text of the span, its events and its links, keys of attributes too. Resource and scope have their own. */
  mapStrings(map: StringMap, options?: MapOptions): void;
  /** Cuts texts and leaves out what is too many, which is added to the span's dropped counts. */
  limit(limits: RecordLimits): void;
}

interface SpanOwners {
  readonly resource: ResourceView;
  readonly scope: ScopeView;
}

export const createSpanRecord = (workspace: Workspace, fields: Fields, owners: SpanOwners): SpanRecord => {
  type Read<Value> = (bytes: Uint8Array, from: number, to: number) => Value;

  const textIn: Read<string> = (bytes, from, to) => workspace.text.read(bytes, from, to);
  const read = <Value>(tag: number, absent: Value, value: Read<Value>): Value => {
    const field = fields.last(tag);
    return field === undefined ? absent : value(bytesOf(workspace, field.source), field.content, field.end);
  };
  const id = (tag: number): string => read(tag, '', hexOf);
  const ofStatus = <Value>(tag: number, absent: Value, value: Read<Value>): Value =>
    read(SPAN.status, absent, (bytes, content, end) => {
      let found = absent;
      eachField(bytes, content, end, (inner, _start, from, to) => {
        if (inner === tag) found = value(bytes, from, to);
      });
      return found;
    });

  /** A stage has the same map for every span. */
  const editOf = (map: StringMap, options?: MapOptions): EditField => {
    if (lastEdit?.map === map && lastEdit.options === options) return lastEdit.edit;
    const edit = createTextEditing(workspace, editByMap(workspace, map), integersByMap(map, options));
    lastEdit = { map, options, edit: (field) => edit(field, SPAN_TEXTS) };
    return lastEdit.edit;
  };
  let lastEdit:
    { readonly map: StringMap; readonly options: MapOptions | undefined; readonly edit: EditField } | undefined;

  return {
    ...createAttributeHolder(workspace, fields, SPAN.attributes),
    ...owners,
    get traceId() {
      return id(SPAN.traceId);
    },
    get spanId() {
      return id(SPAN.spanId);
    },
    get parentSpanId() {
      const parent = id(SPAN.parentSpanId);
      return parent === '' ? undefined : parent;
    },
    get name() {
      return read(SPAN.name, '', textIn);
    },
    get kind() {
      return read(SPAN.kind, 0, readInt64);
    },
    get startUnixNano() {
      return read(SPAN.start, 0n, readFixed64);
    },
    get endUnixNano() {
      return read(SPAN.end, 0n, readFixed64);
    },
    get statusCode() {
      return ofStatus(STATUS.code, 0, readInt64);
    },
    get statusMessage() {
      return ofStatus(STATUS.message, '', textIn);
    },
    setName(name) {
      const { scratch } = workspace;
      const start = scratch.at;
      writeText(scratch, SPAN.name, name);
      fields.set(SPAN.name, { start, end: scratch.at });
    },
    mapStrings(map, options) {
      fields.edit(editOf(map, options));
    },
    limit(limits) {
      limitSpan(workspace, fields, limits);
    },
  };
};
