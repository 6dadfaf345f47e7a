import { readEnd, readVarint, skipField, type WireCursor } from 'noveum-proto';

/**
 * Counts texts and bytes of more than `limitBytes` among the attributes of a checked Span message, its events and its
 * links: those that documents will show cut.
 */
export const countLongValues = (bytes: Uint8Array, offset: number, end: number, limitBytes: number): number => {
  const cursor: WireCursor = { bytes, at: offset };
  let count = 0;

  const eachField = (until: number, use: (tag: number, fieldEnd: number) => void): void => {
    while (cursor.at < until) {
      const tag = readVarint(cursor, until);
      if ((tag & 7) !== LENGTH_DELIMITED) {
        skipField(cursor, tag & 7, until);
        continue;
      }
      const fieldEnd = readEnd(cursor, until);
      if (fieldEnd - cursor.at > limitBytes) use(tag, fieldEnd);
      cursor.at = fieldEnd;
    }
  };

  const inValue = (until: number): void => {
    eachField(until, (tag, fieldEnd) => {
      if (tag === STRING_VALUE || tag === BYTES_VALUE) count++;
      else if (tag === ARRAY_VALUE || tag === KVLIST_VALUE) eachField(fieldEnd, tag === ARRAY_VALUE ? inItem : inPair);
    });
  };
  const inItem = (tag: number, fieldEnd: number): void => {
    if (tag === LIST_ITEM) inValue(fieldEnd);
  };
  const inAttribute = (until: number): void => {
    eachField(until, (tag, fieldEnd) => {
      if (tag === ATTRIBUTE_VALUE) inValue(fieldEnd);
    });
  };
  const inPair = (tag: number, fieldEnd: number): void => {
    if (tag === LIST_ITEM) inAttribute(fieldEnd);
  };
  const inPart = (attributesTag: number, until: number): void => {
    eachField(until, (tag, fieldEnd) => {
      if (tag === attributesTag) inAttribute(fieldEnd);
    });
  };

  eachField(end, (tag, fieldEnd) => {
    if (tag === SPAN_ATTRIBUTES) inAttribute(fieldEnd);
    else if (tag === SPAN_EVENTS) inPart(EVENT_ATTRIBUTES, fieldEnd);
    else if (tag === SPAN_LINKS) inPart(LINK_ATTRIBUTES, fieldEnd);
  });
  return count;
};

const LENGTH_DELIMITED = 2;
const SPAN_ATTRIBUTES = 74;
const SPAN_EVENTS = 90;
const SPAN_LINKS = 106;
const EVENT_ATTRIBUTES = 26;
const LINK_ATTRIBUTES = 34;
const ATTRIBUTE_VALUE = 18;
const STRING_VALUE = 10;
const ARRAY_VALUE = 42;
const KVLIST_VALUE = 50;
const BYTES_VALUE = 58;
const LIST_ITEM = 10;
