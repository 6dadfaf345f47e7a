import { readEnd, readVarint, skipField, type TextReader, type WireCursor } from '../otlp/index.js';

const NAME_TAG = 10;
const VERSION_TAG = 18;

/** Name and version of an OTLP InstrumentationScope; empty where they weren't sent. */
export const readScope = (
  bytes: Uint8Array,
  start: number,
  end: number,
  text: TextReader,
): { readonly name: string; readonly version: string } => {
  const cursor: WireCursor = { bytes, at: start };
  const found = { name: '', version: '' };
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag !== NAME_TAG && tag !== VERSION_TAG) {
      skipField(cursor, tag & 7, end);
      continue;
    }
    const textEnd = readEnd(cursor, end);
    found[tag === NAME_TAG ? 'name' : 'version'] = text.read(bytes, cursor.at, textEnd);
    cursor.at = textEnd;
  }
  return found;
};
