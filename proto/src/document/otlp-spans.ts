import { readEnd, readFixed, readUint32, readVarint, skipField, type WireCursor } from '../otlp/index.js';
import { readKeyValue, readText, type ValueNotes } from './otlp-value.js';
import { durationMillis, isoOfNanos } from './time.js';
import type { EventDocument, Json, LinkDocument, ResourceDocument, ScopeDocument, SpanDocument, SpanKind, SpanStatus } from './types.js';
import { pointerOf } from './value-types.js';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const satisfies SpanKind[];
const STATUSES = ['unset', 'ok', 'error'] as const satisfies SpanStatus[];

type Fields = Record<number, (end: number) => void>;

/** Calls the reader of each known field (by tag); all else is skipped. */
export const readMessage = (cursor: WireCursor, end: number, fields: Fields): void => {
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    const read = fields[tag];
    if (read === undefined) skipField(cursor, tag & 7, end);
    else read(end);
  }
};

export const readHex = (cursor: WireCursor, end: number): string => {
  const idEnd = readEnd(cursor, end);
  let hex = '';
  for (; cursor.at < idEnd; cursor.at++) hex += (cursor.bytes[cursor.at] as number).toString(16).padStart(2, '0');
  return hex;
};

export const readFixed64 = (cursor: WireCursor, end: number): bigint => {
  const place = readFixed(cursor, 8, end);
  return (BigInt(readUint32(cursor.bytes, place + 4)) << 32n) | BigInt(readUint32(cursor.bytes, place));
};

const readFixed32 = (cursor: WireCursor, end: number): number => readUint32(cursor.bytes, readFixed(cursor, 4, end));

const counted = (name: string, count: number): Record<string, number> => (count === 0 ? {} : { [name]: count });

export const newNotes = (maxTextLength: number): ValueNotes => ({ types: {}, cut: [], maxTextLength });

const readEvent = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): EventDocument => {
  let time = 0n;
  let name = '';
  let dropped = 0;
  const attributes: Record<string, Json> = {};
  readMessage(cursor, end, {
    9: (to) => (time = readFixed64(cursor, to)),
    18: (to) => (name = readText(cursor, to)),
    26: (to) => {
      readKeyValue(cursor, to, attributes, `${pointer}/attributes`, notes);
    },
    32: (to) => (dropped = readVarint(cursor, to)),
  });
  return {
    name,
    timestamp: time === 0n ? null : isoOfNanos(time),
    ...(time === 0n ? {} : { time_unix_nano: String(time) }),
    attributes,
    ...counted('dropped_attributes_count', dropped),
  };
};

const readLink = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): LinkDocument => {
  let traceId = '';
  let spanId = '';
  let traceState = '';
  let dropped = 0;
  let flags = 0;
  const attributes: Record<string, Json> = {};
  readMessage(cursor, end, {
    10: (to) => (traceId = readHex(cursor, to)),
    18: (to) => (spanId = readHex(cursor, to)),
    26: (to) => (traceState = readText(cursor, to)),
    34: (to) => {
      readKeyValue(cursor, to, attributes, `${pointer}/attributes`, notes);
    },
    40: (to) => (dropped = readVarint(cursor, to)),
    53: (to) => (flags = readFixed32(cursor, to)),
  });
  return {
    trace_id: traceId,
    span_id: spanId,
    ...(traceState === '' ? {} : { trace_state: traceState }),
    attributes,
    ...counted('dropped_attributes_count', dropped),
    ...counted('flags', flags),
  };
};

const readSpan = (cursor: WireCursor, end: number, owner: Owner, notes: ValueNotes): SpanDocument => {
  const text = { traceId: '', spanId: '', parentId: '', traceState: '', name: '', statusMessage: '' };
  const count = { attributes: 0, events: 0, links: 0, flags: 0 };
  let kind = 0;
  let start = 0n;
  let finish = 0n;
  let statusCode = 0;
  const attributes: Record<string, Json> = {};
  const events: EventDocument[] = [];
  const links: LinkDocument[] = [];
  readMessage(cursor, end, {
    10: (to) => (text.traceId = readHex(cursor, to)),
    18: (to) => (text.spanId = readHex(cursor, to)),
    26: (to) => (text.traceState = readText(cursor, to)),
    34: (to) => (text.parentId = readHex(cursor, to)),
    42: (to) => (text.name = readText(cursor, to)),
    48: (to) => (kind = readVarint(cursor, to)),
    57: (to) => (start = readFixed64(cursor, to)),
    65: (to) => (finish = readFixed64(cursor, to)),
    74: (to) => {
      readKeyValue(cursor, to, attributes, '/attributes', notes);
    },
    80: (to) => (count.attributes = readVarint(cursor, to)),
    90: (to) => events.push(readEvent(cursor, readEnd(cursor, to), pointerOf('/events', events.length), notes)),
    96: (to) => (count.events = readVarint(cursor, to)),
    106: (to) => links.push(readLink(cursor, readEnd(cursor, to), pointerOf('/links', links.length), notes)),
    112: (to) => (count.links = readVarint(cursor, to)),
    122: (to) => {
      readMessage(cursor, readEnd(cursor, to), {
        18: (statusEnd) => (text.statusMessage = readText(cursor, statusEnd)),
        24: (statusEnd) => (statusCode = readVarint(cursor, statusEnd)),
      });
    },
    133: (to) => (count.flags = readFixed32(cursor, to)),
  });
  const types = { ...notes.types, ...owner.types };
  const noveum = {
    ...(Object.keys(types).length === 0 ? {} : { types }),
    ...(notes.cut.length === 0 ? {} : { cut: notes.cut }),
    ...(finish !== 0n && finish < start ? { clock_skew: true } : {}),
  };
  return {
    span_id: text.spanId,
    trace_id: text.traceId,
    parent_span_id: text.parentId === '' || /^0+$/.test(text.parentId) ? null : text.parentId,
    name: text.name,
    kind: KINDS[kind] ?? 'UNSPECIFIED',
    type: 'span',
    start_time: isoOfNanos(start),
    start_unix_nano: String(start),
    end_time: finish === 0n ? null : isoOfNanos(finish),
    end_unix_nano: finish === 0n ? null : String(finish),
    duration_ms: finish === 0n ? null : durationMillis(start, finish),
    status: STATUSES[statusCode] ?? 'unset',
    status_message: text.statusMessage === '' ? null : text.statusMessage,
    attributes,
    events,
    links,
    ...(text.traceState === '' ? {} : { trace_state: text.traceState }),
    ...counted('flags', count.flags),
    ...counted('dropped_attributes_count', count.attributes),
    ...counted('dropped_events_count', count.events),
    ...counted('dropped_links_count', count.links),
    ...(owner.resource === null ? {} : { resource: owner.resource }),
    ...(owner.scope === null ? {} : { scope: owner.scope }),
    ...(Object.keys(noveum).length === 0 ? {} : { noveum }),
  };
};

/** What a span hangs on. */
interface Owner {
  readonly resource: ResourceDocument | null;
  readonly scope: ScopeDocument | null;
  readonly types: ValueNotes['types'];
}

const readResource = (cursor: WireCursor, end: number, notes: ValueNotes): ResourceDocument => {
  let dropped = 0;
  const attributes: Record<string, Json> = {};
  readMessage(cursor, end, {
    10: (to) => {
      readKeyValue(cursor, to, attributes, '/resource/attributes', notes);
    },
    16: (to) => (dropped = readVarint(cursor, to)),
  });
  return { attributes, ...counted('dropped_attributes_count', dropped) };
};

const readScope = (cursor: WireCursor, end: number, notes: ValueNotes): ScopeDocument => {
  let dropped = 0;
  let name = '';
  let version = '';
  const attributes: Record<string, Json> = {};
  readMessage(cursor, end, {
    10: (to) => (name = readText(cursor, to)),
    18: (to) => (version = readText(cursor, to)),
    26: (to) => {
      readKeyValue(cursor, to, attributes, '/scope/attributes', notes);
    },
    32: (to) => (dropped = readVarint(cursor, to)),
  });
  return {
    ...(name === '' ? {} : { name }),
    ...(version === '' ? {} : { version }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...counted('dropped_attributes_count', dropped),
  };
};

export type ReadItem<T> = (cursor: WireCursor, end: number, owner: Owner) => T;

interface Group {
  readonly head: [start: number, end: number] | null;
  readonly items: readonly [start: number, end: number][];
  readonly schemaUrl: string;
}

/** ResourceSpans, ScopeSpans, ResourceLogs, ScopeLogs: 1 what the items hang on, 2 the items, 3 a schema URL. */
const readGroup = (cursor: WireCursor, end: number): Group => {
  let head: [number, number] | null = null;
  let schemaUrl = '';
  const items: [number, number][] = [];
  const range = (to: number): [number, number] => {
    const contentEnd = readEnd(cursor, to);
    const found: [number, number] = [cursor.at, contentEnd];
    cursor.at = contentEnd;
    return found;
  };
  readMessage(cursor, end, {
    10: (to) => (head = range(to)),
    18: (to) => items.push(range(to)),
    26: (to) => (schemaUrl = readText(cursor, to)),
  });
  return { head, items, schemaUrl };
};

const withSchema = <T extends object>(document: T, schemaUrl: string): T =>
  schemaUrl === '' ? document : { ...document, schema_url: schemaUrl };

/** Reads TracesData or LogsData, which are laid out alike. */
export const readOtlp = <T>(bytes: Uint8Array, maxTextLength: number, readItem: ReadItem<T>): T[] => {
  const cursor: WireCursor = { bytes, at: 0 };
  const found: T[] = [];
  readMessage(cursor, bytes.length, {
    10: (to) => {
      const groupEnd = readEnd(cursor, to);
      const byResource = readGroup(cursor, groupEnd);
      const resourceNotes = newNotes(maxTextLength);
      const resource = readHead(cursor, byResource, (end) => readResource(cursor, end, resourceNotes));
      for (const [start, end] of byResource.items) {
        cursor.at = start;
        const byScope = readGroup(cursor, end);
        const scopeNotes = newNotes(maxTextLength);
        const scope = readHead(cursor, byScope, (scopeEnd) => readScope(cursor, scopeEnd, scopeNotes));
        const owner = { resource, scope, types: { ...resourceNotes.types, ...scopeNotes.types } };
        for (const [itemStart, itemEnd] of byScope.items) {
          cursor.at = itemStart;
          found.push(readItem(cursor, itemEnd, owner));
        }
      }
      cursor.at = groupEnd;
    },
  });
  return found;
};

const readHead = <T extends object>(cursor: WireCursor, group: Group, read: (end: number) => T): T | null => {
  if (group.head === null) return group.schemaUrl === '' ? null : withSchema(read(cursor.at), group.schemaUrl);
  cursor.at = group.head[0];
  return withSchema(read(group.head[1]), group.schemaUrl);
};

/** The spans of a TracesData message, in order. Throws MalformedProtobuf. */
export const spansOfOtlp = (payload: Uint8Array, maxTextLength: number): SpanDocument[] =>
  readOtlp(payload, maxTextLength, (cursor, end, owner) => readSpan(cursor, end, owner, newNotes(maxTextLength)));
