import { readEnd, readVarint, skipField, type WireCursor } from './wire.js';

const RESOURCE_ITEMS_TAG = 10;
const TAG_2 = 18;

/**
 * Counts the spans of an ExportTraceServiceRequest, or the records of a logs request, which are laid out alike,
 * without a look at any of them. Throws MalformedProtobuf for bytes that never passed decode.
 */
export const countItems = (body: Uint8Array): number => {
  const cursor: WireCursor = { bytes: body, at: 0 };
  let items = 0;
  const eachOf = (wanted: number, end: number, visit: (contentEnd: number) => void): void => {
    while (cursor.at < end) {
      const tag = readVarint(cursor, end);
      if (tag !== wanted) skipField(cursor, tag & 7, end);
      else visit(readEnd(cursor, end));
    }
  };
  const countItem = (end: number): void => {
    items++;
    cursor.at = end;
  };
  const countScope = (end: number): void => {
    eachOf(TAG_2, end, countItem);
  };
  const countResource = (end: number): void => {
    eachOf(TAG_2, end, countScope);
  };
  eachOf(RESOURCE_ITEMS_TAG, body.length, countResource);
  return items;
};
