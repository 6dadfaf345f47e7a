import { createKnownAttributes, type KnownValue } from 'noveum-proto';

const exceptionType = createKnownAttributes(['exception.type']);
const EVENTS_TAG = 90;
const EVENT_ATTRIBUTES_TAG = 26;

const readLength = (bytes: Uint8Array, at: number): { length: number; at: number } => {
  let length = 0;
  let scale = 1;
  let place = at;
  for (;;) {
    const byte = bytes[place++] as number;
    length += (byte & 127) * scale;
    if (byte < 128) return { length, at: place };
    scale *= 128;
  }
};

const fieldsOf = function* (bytes: Uint8Array, start: number, end: number): Generator<[number, number, number]> {
  let at = start;
  while (at < end) {
    const tag = readLength(bytes, at);
    at = tag.at;
    const wireType = tag.length & 7;
    if (wireType === 2) {
      const content = readLength(bytes, at);
      yield [tag.length, content.at, content.at + content.length];
      at = content.at + content.length;
    } else if (wireType === 0) at = readLength(bytes, at).at;
    else at += wireType === 1 ? 8 : 4;
  }
};

/** The `exception.type` of a failed span's first event that has one. The bytes were checked when they came. */
export const exceptionTypeOf = (bytes: Uint8Array, start: number, end: number): string | null => {
  const values: KnownValue[] = [undefined];
  for (const [tag, eventStart, eventEnd] of fieldsOf(bytes, start, end)) {
    if (tag !== EVENTS_TAG) continue;
    for (const [eventTag, attributeStart, attributeEnd] of fieldsOf(bytes, eventStart, eventEnd)) {
      if (eventTag !== EVENT_ATTRIBUTES_TAG) continue;
      exceptionType.read({ bytes, at: attributeStart }, attributeEnd, values);
      if (typeof values[0] === 'string') return values[0];
    }
  }
  return null;
};
