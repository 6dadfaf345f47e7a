import { type EventDocument, readOtlpEvent, readOtlpText, readOtlpValue } from '../document/index.js';
import { createTextReader, readEnd, readVarint, skipField, type WireCursor } from '../otlp/index.js';
import { type SpanText, spanTexts, type TextAttribute } from './span-texts.js';
import { textKeyAt } from './text-keys.js';

/** Reads the texts of one OTLP Span message, `start` to `end` of bytes that were checked before. */
export type OtlpTextReader = (bytes: Uint8Array, start: number, end: number) => SpanText[];

const NAME_TAG = 42;
const ATTRIBUTE_TAG = 74;
const EVENT_TAG = 90;
const STATUS_TAG = 122;
const STATUS_MESSAGE_TAG = 18;
const KEY_TAG = 10;
const VALUE_TAG = 18;
const STRING_TAG = 10;

export const createOtlpTextReader = (): OtlpTextReader => {
  const texts = createTextReader();
  const cursor: WireCursor = { bytes: new Uint8Array(0), at: 0 };

  /** Most values are one string, and nothing else. */
  const readOneValue = (end: number): TextAttribute['value'] => {
    if (cursor.bytes[cursor.at] === STRING_TAG) {
      const start = cursor.at++;
      const textEnd = readEnd(cursor, end);
      if (textEnd === end) return texts.read(cursor.bytes, cursor.at, end);
      cursor.at = start;
    }
    return readOtlpValue(cursor, end);
  };

  const readAttribute = (end: number): TextAttribute | null => {
    let keyStart = 0;
    let keyEnd = 0;
    let valueStart = -1;
    let valueEnd = -1;
    while (cursor.at < end) {
      const tag = readVarint(cursor, end);
      if (tag === KEY_TAG) {
        keyEnd = readEnd(cursor, end);
        keyStart = cursor.at;
        cursor.at = keyEnd;
      } else if (tag === VALUE_TAG) {
        valueEnd = readEnd(cursor, end);
        valueStart = cursor.at;
        cursor.at = valueEnd;
      } else skipField(cursor, tag & 7, end);
    }
    const known = valueStart < 0 ? undefined : textKeyAt(cursor.bytes, keyStart, keyEnd);
    if (known === undefined) return null;
    const key = known.source.isIndexed ? texts.read(cursor.bytes, keyStart, keyEnd) : known.key;
    cursor.at = valueStart;
    return { key, source: known.source, value: readOneValue(valueEnd) };
  };

  const readStatusMessage = (end: number): string | null => {
    let message = '';
    while (cursor.at < end) {
      const tag = readVarint(cursor, end);
      if (tag === STATUS_MESSAGE_TAG) message = readOtlpText(cursor, end);
      else skipField(cursor, tag & 7, end);
    }
    return message === '' ? null : message;
  };

  return (bytes, start, end) => {
    cursor.bytes = bytes;
    cursor.at = start;
    let name = '';
    let statusMessage: string | null = null;
    const attributes: TextAttribute[] = [];
    const events: EventDocument[] = [];
    while (cursor.at < end) {
      const tag = readVarint(cursor, end);
      if ((tag & 7) !== 2) {
        skipField(cursor, tag & 7, end);
        continue;
      }
      const fieldEnd = readEnd(cursor, end);
      if (tag === ATTRIBUTE_TAG) {
        const attribute = readAttribute(fieldEnd);
        if (attribute !== null) attributes.push(attribute);
      } else if (tag === NAME_TAG) name = texts.read(bytes, cursor.at, fieldEnd);
      else if (tag === EVENT_TAG) events.push(readOtlpEvent(cursor, fieldEnd));
      else if (tag === STATUS_TAG) statusMessage = readStatusMessage(fieldEnd);
      cursor.at = fieldEnd;
    }
    return spanTexts({ name, statusMessage, attributes, events });
  };
};
