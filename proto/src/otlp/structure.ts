import { MalformedProtobuf, readEnd, readVarint, skipField, type WireCursor } from './wire.js';

/** Checks the shape of messages that stay bytes, so that whoever reads them later can rely on it. */
export const checkAnyValue = (cursor: WireCursor, end: number, nesting: number): void => {
  if (nesting <= 0) throw new MalformedProtobuf('an attribute value is nested deeper than the limit');
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 42) checkList(cursor, readEnd(cursor, end), nesting - 1, checkAnyValue);
    else if (tag === 50) checkList(cursor, readEnd(cursor, end), nesting - 1, checkKeyValue);
    else skipField(cursor, tag & 7, end);
  }
};

type Check = (cursor: WireCursor, end: number, nesting: number) => void;

const checkList = (cursor: WireCursor, end: number, nesting: number, checkItem: Check): void => {
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 10) checkItem(cursor, readEnd(cursor, end), nesting);
    else skipField(cursor, tag & 7, end);
  }
};

export const checkKeyValue: Check = (cursor, end, nesting) => {
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === 18) checkAnyValue(cursor, readEnd(cursor, end), nesting);
    else skipField(cursor, tag & 7, end);
  }
};

const checkMessageWith =
  (attributesTag: number): Check =>
  (cursor, end, nesting) => {
    while (cursor.at < end) {
      const tag = readVarint(cursor, end);
      if (tag === attributesTag) checkKeyValue(cursor, readEnd(cursor, end), nesting);
      else skipField(cursor, tag & 7, end);
    }
  };

/** Span.Event: attributes are field 3. */
export const checkEvent: Check = checkMessageWith(26);
/** Span.Link: attributes are field 4. */
export const checkLink: Check = checkMessageWith(34);
