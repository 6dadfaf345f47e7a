import { readEnd, readVarint } from '../otlp/index.js';
import { readOtlp } from './otlp-groups.js';
import { counted, readFixed32, readFixed64, readHex, readMessage } from './otlp-message.js';
import { readKeyValue, readText, readValue } from './otlp-value.js';
import { isoOfNanos } from './time.js';
import type { EventDocument, Json, ResourceDocument, ScopeDocument } from './types.js';
import { newNotes, noted } from './value-types.js';

/** A log record as an event, and the span that it names (empty: none). */
export interface LogEvent extends EventDocument {
  readonly source: 'log';
  readonly span_id: string;
  readonly severity_number?: number;
  readonly severity_text?: string;
  readonly body?: Json;
  readonly flags?: number;
  readonly resource?: ResourceDocument;
  readonly scope?: ScopeDocument;
}

export const isLog = (event: EventDocument): event is LogEvent => (event as Partial<LogEvent>).source === 'log';

/** The records of a LogsData message as events. The event's name: `event_name`, else the attribute `event.name`. Throws MalformedProtobuf. */
export const eventsOfLogs = (payload: Uint8Array, maxValueBytes: number): LogEvent[] =>
  readOtlp(payload, maxValueBytes, (cursor, end, owner) => {
    const notes = newNotes(maxValueBytes);
    const attributes: Record<string, Json> = {};
    let time = 0n;
    let observed = 0n;
    let severityNumber = 0;
    let severityText = '';
    let eventName = '';
    let spanId = '';
    let dropped = 0;
    let flags = 0;
    let body = null as Json;
    readMessage(cursor, end, {
      9: (to) => (time = readFixed64(cursor, to)),
      16: (to) => (severityNumber = readVarint(cursor, to)),
      26: (to) => (severityText = readText(cursor, to)),
      42: (to) => (body = readValue(cursor, readEnd(cursor, to), '/body', notes)),
      50: (to) => {
        readKeyValue(cursor, to, attributes, '/attributes', notes);
      },
      56: (to) => (dropped = readVarint(cursor, to)),
      69: (to) => (flags = readFixed32(cursor, to)),
      82: (to) => (spanId = readHex(cursor, to)),
      89: (to) => (observed = readFixed64(cursor, to)),
      98: (to) => (eventName = readText(cursor, to)),
    });
    const at = time === 0n ? observed : time;
    const named = attributes['event.name'];
    const noveum = noted(notes, ...owner.notes);
    return {
      source: 'log',
      span_id: /^0*$/.test(spanId) ? '' : spanId,
      name: eventName !== '' ? eventName : typeof named === 'string' ? named : 'log',
      timestamp: at === 0n ? null : isoOfNanos(at),
      ...(at === 0n ? {} : { time_unix_nano: String(at) }),
      attributes,
      ...(body === null ? {} : { body }),
      ...counted('severity_number', severityNumber),
      ...(severityText === '' ? {} : { severity_text: severityText }),
      ...counted('dropped_attributes_count', dropped),
      ...counted('flags', flags),
      ...(owner.resource === null ? {} : { resource: owner.resource }),
      ...(owner.scope === null ? {} : { scope: owner.scope }),
      ...(Object.keys(noveum).length === 0 ? {} : { noveum }),
    };
  });
