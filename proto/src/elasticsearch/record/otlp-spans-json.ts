import {
  createKnownAttributes,
  createTraceVisitor,
  readEnd,
  readVarint,
  skipField,
  type SpanView,
  type WireCursor,
} from '../../otlp/index.js';
import type { Prices, SpanFacts } from '../../dialects/index.js';
import { SPAN_TYPES } from '../../document/index.js';
import { createJsonWriter } from './json-writer.js';
import {
  beginAttribute,
  beginAttributes,
  forgetManyNames,
  type JsonLimits,
  type JsonOfOtlp,
  needsDocument,
  NeedsDocument,
  readTextField,
  writeAttribute,
  type WrittenAttributes,
} from './otlp-json.js';
import { writeEvent, type WritePart, writeResource, writeScope } from './otlp-parts-json.js';
import { RECORD_LIMITS } from './record-limits.js';
import type { SpanJson } from './span-json.js';
import { eachToldName } from './told-names.js';
import { compareTimes, millisBetween, type UnixTime, unixTimeOf, writeIso, writeUnixNano } from './unix-time.js';

const CHECKED_BEFORE = { check: false, nesting: 64 };
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const KIND = KINDS.map((kind) => Buffer.from(`,"kind":"${kind}","type":"`));
const UNSPECIFIED = Buffer.from(`,"kind":"UNSPECIFIED","type":"`);
const STATUS = ['unset', 'ok', 'error'].map((status) => Buffer.from(`,"status":"${status}","status_message":`));
const UNSET = Buffer.from(`,"status":"unset","status_message":`);
const TYPE = new Map(SPAN_TYPES.map((type) => [type, Buffer.from(type)]));
const SPAN = Buffer.from('span');

/** What stands between the values of a span. */
const SIGNS = {
  spanId: Buffer.from('{"span_id":"'),
  traceId: Buffer.from('","trace_id":"'),
  noParent: Buffer.from('","parent_span_id":null,"name":'),
  parent: Buffer.from('","parent_span_id":"'),
  name: Buffer.from('","name":'),
  startTime: Buffer.from('","start_time":"'),
  startNano: Buffer.from('","start_unix_nano":"'),
  noEnd: Buffer.from('","end_time":null,"end_unix_nano":null,"duration_ms":null'),
  endTime: Buffer.from('","end_time":"'),
  endNano: Buffer.from('","end_unix_nano":"'),
  duration: Buffer.from('","duration_ms":'),
  attributes: Buffer.from(',"attributes":{'),
  events: Buffer.from('},"events":['),
  links: Buffer.from('],"links":[]'),
} as const;
const MAX_NAME_BYTES = 8_000;
const HIGH = 2 ** 32;
const NANOS_PER_MILLI = 1e6;
const SPAN_ID_BYTES = 8;
const TRACE_ID_BYTES = 16;

const visit = createTraceVisitor(createKnownAttributes([]));
/** Of one trace after the other. */
const out = createJsonWriter();

const NO_PART = new Uint8Array(0);

/** What the visitor leaves of a span beside its attributes and events. */
interface Rest {
  traceState: string;
  flags: number;
}

const writeAttributes = (json: JsonOfOtlp, attributes: WrittenAttributes, end: number): Rest => {
  const { cursor } = json;
  const rest: Rest = { traceState: '', flags: 0 };
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 74) writeAttribute(json, attributes, end);
    else if (tag === 26) rest.traceState = readTextField(cursor, end);
    else if (tag === 133) {
      const { at, bytes } = cursor;
      rest.flags = Buffer.from(bytes.buffer, bytes.byteOffset + at, 4).readUInt32LE();
      cursor.at += 4;
    } else if (tag === 106) needsDocument();
    else if (tag === 80 || tag === 96 || tag === 112) {
      if (readVarint(cursor, end) !== 0) needsDocument();
    } else skipField(cursor, tag & 7, end);
  }
  return rest;
};

const writeEvents = (json: JsonOfOtlp, end: number): void => {
  const { cursor } = json;
  let events = 0;
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 90) {
      const to = readEnd(cursor, end);
      if (events++ > 0) out.ascii(',');
      writeEvent(json, to);
    } else skipField(cursor, tag & 7, end);
  }
};

export interface SpansJsonOptions extends JsonLimits {
  readonly prices: Prices | null;
}

/** Spans of one TracesData message whose facts were told. */
export interface ToldSpans {
  readonly payload: Uint8Array;
  /** Of each span in turn; null: it has no GenAI meaning. */
  readonly told: readonly (SpanFacts | null)[];
}

interface WrittenSpan {
  readonly start: UnixTime;
  readonly id: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly events: number;
}

const byTime = (a: WrittenSpan, b: WrittenSpan): number => compareTimes(a.start, b.start) || Buffer.compare(a.id, b.id);

const writeSpans = ({ payload, told: all }: ToldSpans, options: SpansJsonOptions, written: WrittenSpan[]): void => {
  const cursor: WireCursor = { bytes: payload, at: 0 };
  const json: JsonOfOtlp = { out, cursor, limits: options };
  /** `,"resource":{…}` and `,"scope":{…}`. */
  let resource: Uint8Array = NO_PART;
  let scope: Uint8Array = NO_PART;

  const partOf = (
    name: string,
    view: { offset: number; end: number; schemaUrlOffset: number; schemaUrlEnd: number },
    write: WritePart,
  ): Uint8Array => {
    const hasUrl = view.schemaUrlEnd > view.schemaUrlOffset;
    if (view.end === 0) return hasUrl ? needsDocument() : NO_PART;
    const start = out.length;
    out.ascii(`,"${name}":{`);
    const inside = out.length;
    cursor.at = view.offset;
    write(json, view.end);
    if (hasUrl) {
      out.ascii(out.length === inside ? '"schema_url":' : ',"schema_url":');
      out.utf8(payload, view.schemaUrlOffset, view.schemaUrlEnd);
    }
    out.ascii('}');
    return out.slice(start, out.length);
  };

  const writeTimes = (start: UnixTime, view: SpanView): void => {
    out.bytes(SIGNS.startTime);
    writeIso(out, start);
    out.bytes(SIGNS.startNano);
    writeUnixNano(out, start);
    if (view.endHigh === 0 && view.endLow === 0) {
      out.bytes(SIGNS.noEnd);
      return;
    }
    const end = unixTimeOf(view.endHigh, view.endLow);
    out.bytes(SIGNS.endTime);
    writeIso(out, end);
    out.bytes(SIGNS.endNano);
    writeUnixNano(out, end);
    out.bytes(SIGNS.duration);
    out.ascii(String(millisBetween(start, end)));
  };

  const writeSpan = (view: SpanView): void => {
    if (view.traceIdOffset < 0 || view.spanIdOffset < 0 || view.nameEnd - view.nameOffset > MAX_NAME_BYTES)
      needsDocument();
    const from = out.length;
    const start = unixTimeOf(view.startHigh, view.startLow);
    const told = all[view.index] ?? null;
    out.bytes(SIGNS.spanId);
    out.hex(payload, view.spanIdOffset, view.spanIdOffset + SPAN_ID_BYTES);
    out.bytes(SIGNS.traceId);
    out.hex(payload, view.traceIdOffset, view.traceIdOffset + TRACE_ID_BYTES);
    if (view.parentIdOffset < 0) out.bytes(SIGNS.noParent);
    else {
      out.bytes(SIGNS.parent);
      out.hex(payload, view.parentIdOffset, view.parentIdOffset + SPAN_ID_BYTES);
      out.bytes(SIGNS.name);
    }
    out.utf8(payload, view.nameOffset, view.nameEnd);
    out.bytes(KIND[view.kind] ?? UNSPECIFIED);
    out.bytes(TYPE.get(told?.type ?? 'span') ?? SPAN);
    writeTimes(start, view);
    out.bytes(STATUS[view.statusCode] ?? UNSET);
    if (view.statusMessageEnd > view.statusMessageOffset)
      out.utf8(payload, view.statusMessageOffset, view.statusMessageEnd);
    else out.ascii('null');
    out.bytes(SIGNS.attributes);
    const attributes = beginAttributes();
    cursor.at = view.offset;
    const { flags, traceState } = writeAttributes(json, attributes, view.end);
    if (told !== null) {
      const startMillis = (view.startHigh * HIGH + view.startLow) / NANOS_PER_MILLI;
      eachToldName(told, options.prices, startMillis, (name, value) => {
        if (value !== null && beginAttribute(out, attributes, name)) out.json(JSON.stringify(value));
      });
    }
    out.bytes(SIGNS.events);
    if (view.eventCount > 0) {
      cursor.at = view.offset;
      writeEvents(json, view.end);
    }
    out.bytes(SIGNS.links);
    if (traceState !== '') out.json(`,"trace_state":${JSON.stringify(traceState)}`);
    if (flags !== 0) out.ascii(`,"flags":${String(flags)}`);
    out.bytes(resource);
    out.bytes(scope);
    out.ascii('}');
    const to = out.length;
    if (to - from > RECORD_LIMITS.spanBytes || view.eventCount >= RECORD_LIMITS.nested) needsDocument();
    const id = payload.subarray(view.spanIdOffset, view.spanIdOffset + SPAN_ID_BYTES);
    written.push({ start, id, from, to, events: view.eventCount });
  };

  visit(
    payload,
    {
      resource(view) {
        resource = partOf('resource', view, writeResource);
      },
      scope(view) {
        scope = partOf('scope', view, writeScope);
      },
      span: writeSpan,
    },
    CHECKED_BEFORE,
  );
};

/**
 * What `spanJsonOf` makes of the told spans of TracesData messages, without making their documents; null where only
 * these can tell. The bytes were checked before, and no span comes twice. Valid until the next call.
 */
export const otlpSpansJson = (parts: readonly ToldSpans[], options: SpansJsonOptions): readonly SpanJson[] | null => {
  const written: WrittenSpan[] = [];
  out.reset();
  forgetManyNames();
  try {
    for (const part of parts) writeSpans(part, options, written);
  } catch (error) {
    if (error instanceof NeedsDocument) return null;
    throw error;
  }
  return written.sort(byTime).map(({ events, from, to }) => ({ json: out.slice(from, to), events }));
};
