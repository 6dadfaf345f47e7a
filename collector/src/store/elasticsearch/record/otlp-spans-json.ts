import {
  COMPLEX_VALUE,
  createFactsReader,
  createKnownAttributes,
  createTraceVisitor,
  FACT_KEYS,
  isoOfNanos,
  type Json,
  type Prices,
  readEnd,
  readVarint,
  skipField,
  type SpanView,
  STATUS_LEVEL_KEY,
  type WireCursor,
} from 'noveum-proto';

import { type JsonLimits, NeedsDocument, readPair, readTextField } from './otlp-json.js';
import { RECORD_LIMITS } from './record-limits.js';
import type { SpanJson } from './span-json.js';
import { eachToldName } from './told-names.js';

const CHECKED_BEFORE = { check: false, nesting: 64 };
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['unset', 'ok', 'error'];
const MAX_NAME_BYTES = 8_000;
const HIGH = 2 ** 32;
const NANOS_PER_MILLI = 1e6;
const NANOS_PER_SECOND = 1_000_000_000n;

const STATUS_SLOT = FACT_KEYS.length;
const visit = createTraceVisitor(createKnownAttributes([...FACT_KEYS, STATUS_LEVEL_KEY]));
const facts = createFactsReader();

const needsDocument = (): never => {
  throw new NeedsDocument();
};

const nanosOf = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);

let lastSecond = -1n;
let lastSecondText = '';

/** As `isoOfNanos`; most times of a trace lie in the same few seconds. */
const isoOf = (nanos: bigint): string => {
  const second = nanos / NANOS_PER_SECOND;
  if (second !== lastSecond) {
    lastSecond = second;
    lastSecondText = isoOfNanos(second * NANOS_PER_SECOND).slice(0, -10);
  }
  return `${lastSecondText}${String(nanos % NANOS_PER_SECOND).padStart(9, '0')}Z`;
};

const durationOf = (start: bigint, end: bigint): number =>
  end <= start ? 0 : Number((end - start + 500n) / 1000n) / 1000;

interface Part {
  /** `,"resource":{…}` or `,"scope":{…}`. */
  readonly json: string;
  readonly name: string;
  readonly version: string;
}

const NO_PART: Part = { json: '', name: '', version: '' };

const resourcePart = (cursor: WireCursor, end: number, limits: JsonLimits): Part => {
  const seen = new Set<string>();
  const pairs: string[] = [];
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 10) pairs.push(readPair(cursor, end, seen, limits));
    else if (tag !== 16 || readVarint(cursor, end) !== 0) needsDocument();
  }
  return { ...NO_PART, json: `,"resource":{"attributes":{${pairs.join(',')}}}` };
};

const scopePart = (cursor: WireCursor, end: number, limits: JsonLimits): Part => {
  const seen = new Set<string>();
  const pairs: string[] = [];
  let name = '';
  let version = '';
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 10) name = readTextField(cursor, end);
    else if (tag === 18) version = readTextField(cursor, end);
    else if (tag === 26) pairs.push(readPair(cursor, end, seen, limits));
    else if (tag !== 32 || readVarint(cursor, end) !== 0) needsDocument();
  }
  const members = [
    ...(name === '' ? [] : [`"name":${JSON.stringify(name)}`]),
    ...(version === '' ? [] : [`"version":${JSON.stringify(version)}`]),
    ...(pairs.length === 0 ? [] : [`"attributes":{${pairs.join(',')}}`]),
  ];
  return { name, version, json: `,"scope":{${members.join(',')}}` };
};

const readNanos = (cursor: WireCursor): bigint => {
  const { bytes } = cursor;
  let nanos = 0n;
  for (let at = 7; at >= 0; at--) nanos = (nanos << 8n) | BigInt(bytes[cursor.at + at] as number);
  cursor.at += 8;
  return nanos;
};

const eventJson = (cursor: WireCursor, end: number, limits: JsonLimits): string => {
  const seen = new Set<string>();
  const pairs: string[] = [];
  let nanos = 0n;
  let name = '';
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 9) nanos = readNanos(cursor);
    else if (tag === 18) name = readTextField(cursor, end);
    else if (tag === 26) pairs.push(readPair(cursor, end, seen, limits));
    else if (tag !== 32 || readVarint(cursor, end) !== 0) needsDocument();
  }
  const time = nanos === 0n ? '"timestamp":null' : `"timestamp":"${isoOf(nanos)}","time_unix_nano":"${String(nanos)}"`;
  return `{"name":${JSON.stringify(name)},${time},"attributes":{${pairs.join(',')}}}`;
};

interface Rest {
  readonly attributes: string[];
  readonly events: string[];
  traceState: string;
  flags: number;
}

/** What the visitor leaves of a span. */
const readRest = (cursor: WireCursor, end: number, seen: Set<string>, limits: JsonLimits): Rest => {
  const rest: Rest = { attributes: [], events: [], traceState: '', flags: 0 };
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 74) rest.attributes.push(readPair(cursor, end, seen, limits));
    else if (tag === 90) {
      const to = readEnd(cursor, end);
      rest.events.push(eventJson(cursor, to, limits));
    } else if (tag === 26) rest.traceState = readTextField(cursor, end);
    else if (tag === 133) {
      const { bytes, at } = cursor;
      rest.flags = Buffer.from(bytes.buffer, bytes.byteOffset + at, 4).readUInt32LE();
      cursor.at += 4;
    } else if (tag === 106) needsDocument();
    else if (tag === 80 || tag === 96 || tag === 112) {
      if (readVarint(cursor, end) !== 0) needsDocument();
    } else skipField(cursor, tag & 7, end);
  }
  return rest;
};

const hasComplexValue = ({ knownCount, knownSlots, values }: SpanView): boolean => {
  for (let at = 0; at < knownCount; at++) if (values[knownSlots[at] as number] === COMPLEX_VALUE) return true;
  return false;
};

export interface SpansJsonOptions extends JsonLimits {
  readonly prices: Prices | null;
}

/**
 * What `spanJsonOf` makes of the told spans of one TracesData message, without making their documents; null where only
 * these can tell. The bytes were checked before, and no span comes twice.
 */
export const otlpSpansJson = (payload: Uint8Array, options: SpansJsonOptions): readonly SpanJson[] | null => {
  const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const cursor: WireCursor = { bytes: payload, at: 0 };
  const spans: { readonly start: bigint; readonly id: string; readonly span: SpanJson }[] = [];
  let resource = NO_PART;
  let scope = NO_PART;

  const partOf = (
    view: { offset: number; end: number; schemaUrlOffset: number; schemaUrlEnd: number },
    read: typeof scopePart,
  ): Part => {
    const hasUrl = view.schemaUrlEnd > view.schemaUrlOffset;
    if (view.end === 0) return hasUrl ? needsDocument() : NO_PART;
    cursor.at = view.offset;
    const part = read(cursor, view.end, options);
    if (!hasUrl) return part;
    const url = JSON.stringify(body.toString('utf8', view.schemaUrlOffset, view.schemaUrlEnd));
    const before = part.json.slice(0, -1);
    return { ...part, json: `${before}${before.endsWith('{') ? '' : ','}"schema_url":${url}}` };
  };

  const toldOf = (view: SpanView) => {
    if (hasComplexValue(view) || view.values[STATUS_SLOT] !== undefined) needsDocument();
    if (view.knownCount === 0) return null;
    const values = view.values as readonly (Json | undefined)[];
    return facts.readSlots(values, view.knownSlots, view.knownCount, { scope, isRoot: view.parentIdOffset < 0 });
  };

  const spanOf = (view: SpanView): void => {
    if (view.traceIdOffset < 0 || view.spanIdOffset < 0 || view.nameEnd - view.nameOffset > MAX_NAME_BYTES)
      needsDocument();
    const id = body.toString('hex', view.spanIdOffset, view.spanIdOffset + 8);
    const parent = view.parentIdOffset < 0 ? null : body.toString('hex', view.parentIdOffset, view.parentIdOffset + 8);
    const start = nanosOf(view.startHigh, view.startLow);
    const end = nanosOf(view.endHigh, view.endLow);
    const seen = new Set<string>();
    cursor.at = view.offset;
    const { attributes, events, flags, traceState } = readRest(cursor, view.end, seen, options);
    const told = toldOf(view);
    if (told !== null) {
      const startMillis = (view.startHigh * HIGH + view.startLow) / NANOS_PER_MILLI;
      eachToldName(told, options.prices, startMillis, (name, value) => {
        if (value !== null && !seen.has(name)) attributes.push(`"${name}":${JSON.stringify(value)}`);
      });
    }
    const message =
      view.statusMessageEnd > view.statusMessageOffset
        ? JSON.stringify(body.toString('utf8', view.statusMessageOffset, view.statusMessageEnd))
        : 'null';
    const times =
      end === 0n
        ? '"end_time":null,"end_unix_nano":null,"duration_ms":null'
        : `"end_time":"${isoOf(end)}","end_unix_nano":"${String(end)}","duration_ms":${String(durationOf(start, end))}`;
    const traceId = body.toString('hex', view.traceIdOffset, view.traceIdOffset + 16);
    const json =
      `{"span_id":"${id}","trace_id":"${traceId}","parent_span_id":${parent === null ? 'null' : `"${parent}"`}` +
      `,"name":${JSON.stringify(body.toString('utf8', view.nameOffset, view.nameEnd))}` +
      `,"kind":"${KINDS[view.kind] ?? 'UNSPECIFIED'}","type":"${told?.type ?? 'span'}"` +
      `,"start_time":"${isoOf(start)}","start_unix_nano":"${String(start)}",${times}` +
      `,"status":"${STATUSES[view.statusCode] ?? 'unset'}","status_message":${message}` +
      `,"attributes":{${attributes.join(',')}},"events":[${events.join(',')}],"links":[]` +
      (traceState === '' ? '' : `,"trace_state":${JSON.stringify(traceState)}`) +
      (flags === 0 ? '' : `,"flags":${String(flags)}`) +
      `${resource.json}${scope.json}}`;
    if (json.length > RECORD_LIMITS.spanUnits || events.length >= RECORD_LIMITS.nested) needsDocument();
    spans.push({ start, id, span: { json, events: events.length } });
  };

  try {
    visit(
      payload,
      {
        resource(view) {
          resource = partOf(view, resourcePart);
        },
        scope(view) {
          scope = partOf(view, scopePart);
        },
        span: spanOf,
      },
      CHECKED_BEFORE,
    );
  } catch (error) {
    if (error instanceof NeedsDocument) return null;
    throw error;
  }
  spans.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.id < b.id ? -1 : 1));
  return spans.map(({ span }) => span);
};
