import { readEnd, readVarint, type WireCursor } from '../otlp/index.js';
import { type Owner, readOtlp } from './otlp-groups.js';
import { counted, readFixed32, readFixed64, readHex, readMessage } from './otlp-message.js';
import { readKeyValue, readText } from './otlp-value.js';
import { durationMillis, isoOfNanos } from './time.js';
import type { EventDocument, Json, LinkDocument, SpanDocument, SpanKind, SpanStatus } from './types.js';
import { newNotes, noted, pointerOf, type ValueNotes } from './value-types.js';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const satisfies SpanKind[];
const STATUSES = ['unset', 'ok', 'error'] as const satisfies SpanStatus[];

export const readEvent = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): EventDocument => {
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
  const noveum = {
    ...noted(notes, ...owner.notes),
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

/** The spans of a TracesData message, in order. Throws MalformedProtobuf. */
export const spansOfOtlp = (payload: Uint8Array, maxValueBytes: number): SpanDocument[] =>
  readOtlp(payload, maxValueBytes, (cursor, end, owner) => readSpan(cursor, end, owner, newNotes(maxValueBytes)));
