import { checkAnyValue, checkKeyValue } from './structure.js';
import { MalformedProtobuf, readEnd, readVarint, skipField, type WireCursor } from './wire.js';

/** Where a log record and what it hangs on lie in the visited bytes. */
export interface LogView {
  /** Order of appearance in the request, from 0. */
  readonly index: number;
  /** Content of the LogRecord. */
  readonly offset: number;
  readonly end: number;
  /** -1 where it is missing, of a wrong length or all zeros. */
  readonly traceIdOffset: number;
  readonly traceIdSent: boolean;
  readonly attributeCount: number;
  readonly scope: LogScopeView;
}

export interface LogScopeView {
  readonly scope: LogRange | null;
  readonly schemaUrl: LogRange | null;
  readonly resource: LogResourceView;
}

export interface LogResourceView {
  readonly resource: LogRange | null;
  readonly schemaUrl: LogRange | null;
}

/** Content of a length-delimited field. */
export interface LogRange {
  readonly offset: number;
  readonly end: number;
}

const TAG_1 = 10;
const TAG_2 = 18;
const TAG_3 = 26;
const BODY_TAG = 42;
const ATTRIBUTE_TAG = 50;
const TRACE_ID_TAG = 74;

interface Head {
  first: LogRange | null;
  schemaUrl: LogRange | null;
  readonly items: LogRange[];
}

/** ResourceLogs and ScopeLogs are alike: 1 what the items hang on, 2 the items, 3 a schema URL. */
const readHead = (cursor: WireCursor, range: LogRange): Head => {
  const head: Head = { first: null, schemaUrl: null, items: [] };
  cursor.at = range.offset;
  while (cursor.at < range.end) {
    const tag = readVarint(cursor, range.end);
    if (tag < 8) throw new MalformedProtobuf('a field has the number 0');
    if (tag !== TAG_1 && tag !== TAG_2 && tag !== TAG_3) {
      skipField(cursor, tag & 7, range.end);
      continue;
    }
    const end = readEnd(cursor, range.end);
    const content = { offset: cursor.at, end };
    cursor.at = end;
    if (tag === TAG_1) head.first = content;
    else if (tag === TAG_2) head.items.push(content);
    else head.schemaUrl = content;
  }
  return head;
};

/** Attributes of a Resource (field 1) or a Scope (field 3). */
const checkAttributes = (
  cursor: WireCursor,
  range: LogRange | null,
  tagOfAttributes: number,
  nesting: number,
): void => {
  if (range === null) return;
  cursor.at = range.offset;
  while (cursor.at < range.end) {
    const tag = readVarint(cursor, range.end);
    if (tag === tagOfAttributes) checkKeyValue(cursor, readEnd(cursor, range.end), nesting);
    else skipField(cursor, tag & 7, range.end);
  }
};

const isZero = (bytes: Uint8Array, at: number): boolean => {
  for (let i = 0; i < 16; i++) if (bytes[at + i] !== 0) return false;
  return true;
};

const readRecord = (
  cursor: WireCursor,
  range: LogRange,
  index: number,
  scope: LogScopeView,
  nesting: number,
): LogView => {
  let traceIdOffset = -1;
  let traceIdSent = false;
  let attributeCount = 0;
  const { end } = range;
  cursor.at = range.offset;
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag < 8) throw new MalformedProtobuf('a field has the number 0');
    if (tag === TRACE_ID_TAG) {
      const idEnd = readEnd(cursor, end);
      traceIdSent = idEnd > cursor.at;
      traceIdOffset = idEnd - cursor.at === 16 && !isZero(cursor.bytes, cursor.at) ? cursor.at : -1;
      cursor.at = idEnd;
    } else if (tag === ATTRIBUTE_TAG) {
      attributeCount++;
      checkKeyValue(cursor, readEnd(cursor, end), nesting);
    } else if (tag === BODY_TAG) {
      checkAnyValue(cursor, readEnd(cursor, end), nesting);
    } else skipField(cursor, tag & 7, end);
  }
  return { index, offset: range.offset, end, traceIdOffset, traceIdSent, attributeCount, scope };
};

/** The ResourceLogs of a request. */
const topLevel = (cursor: WireCursor): LogRange[] => {
  const list: LogRange[] = [];
  const end = cursor.bytes.length;
  cursor.at = 0;
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag < 8) throw new MalformedProtobuf('a field has the number 0');
    if (tag !== TAG_1) {
      skipField(cursor, tag & 7, end);
      continue;
    }
    const contentEnd = readEnd(cursor, end);
    list.push({ offset: cursor.at, end: contentEnd });
    cursor.at = contentEnd;
  }
  return list;
};

/**
 * Walks an ExportLogsServiceRequest or LogsData, checking all of it to `nesting` levels of values.
 * Throws MalformedProtobuf at the first broken field; records before it have been given to `sink`.
 */
export const visitLogs = (bytes: Uint8Array, nesting: number, sink: (view: LogView) => void): void => {
  const cursor: WireCursor = { bytes, at: 0 };
  let index = 0;
  for (const resourceLogs of topLevel(cursor)) {
    const resourceHead = readHead(cursor, resourceLogs);
    checkAttributes(cursor, resourceHead.first, TAG_1, nesting);
    const resource = { resource: resourceHead.first, schemaUrl: resourceHead.schemaUrl };
    for (const scopeLogs of resourceHead.items) {
      const scopeHead = readHead(cursor, scopeLogs);
      checkAttributes(cursor, scopeHead.first, TAG_3, nesting);
      const scope = { scope: scopeHead.first, schemaUrl: scopeHead.schemaUrl, resource };
      for (const record of scopeHead.items) sink(readRecord(cursor, record, index++, scope, nesting));
    }
  }
};
