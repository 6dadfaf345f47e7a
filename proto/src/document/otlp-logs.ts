import { readEnd, readVarint } from '../otlp/index.js';
import { newNotes, readFixed64, readHex, readMessage, readOtlp } from './otlp-spans.js';
import { readKeyValue, readText, readValue } from './otlp-value.js';
import { isoOfNanos } from './time.js';
import type { EventDocument, Json } from './types.js';

/** A log record as an event, and the span that it names (empty: none). */
export interface LogEvent extends EventDocument {
  readonly source: 'log';
  readonly span_id: string;
  readonly severity_number?: number;
  readonly severity_text?: string;
  readonly body?: Json;
}

const isUnsent = (body: Json): boolean => body === null;

/** The records of a LogsData message as events. The event's name: `event_name`, else the attribute `event.name`. Throws MalformedProtobuf. */
export const eventsOfLogs = (payload: Uint8Array, maxTextLength: number): LogEvent[] =>
  readOtlp(payload, maxTextLength, (cursor, end) => {
    const notes = newNotes(maxTextLength);
    const attributes: Record<string, Json> = {};
    let time = 0n;
    let observed = 0n;
    let severityNumber = 0;
    let severityText = '';
    let eventName = '';
    let spanId = '';
    let dropped = 0;
    let body: Json = null;
    readMessage(cursor, end, {
      9: (to) => (time = readFixed64(cursor, to)),
      16: (to) => (severityNumber = readVarint(cursor, to)),
      26: (to) => (severityText = readText(cursor, to)),
      42: (to) => (body = readValue(cursor, readEnd(cursor, to), '/body', notes)),
      50: (to) => {
        readKeyValue(cursor, to, attributes, '/attributes', notes);
      },
      56: (to) => (dropped = readVarint(cursor, to)),
      82: (to) => (spanId = readHex(cursor, to)),
      89: (to) => (observed = readFixed64(cursor, to)),
      98: (to) => (eventName = readText(cursor, to)),
    });
    const at = time === 0n ? observed : time;
    const named = attributes['event.name'];
    return {
      source: 'log',
      span_id: /^0*$/.test(spanId) ? '' : spanId,
      name: eventName !== '' ? eventName : typeof named === 'string' ? named : 'log',
      timestamp: at === 0n ? null : isoOfNanos(at),
      ...(at === 0n ? {} : { time_unix_nano: String(at) }),
      attributes,
      ...(isUnsent(body) ? {} : { body }),
      ...(severityNumber === 0 ? {} : { severity_number: severityNumber }),
      ...(severityText === '' ? {} : { severity_text: severityText }),
      ...(dropped === 0 ? {} : { dropped_attributes_count: dropped }),
    };
  });
