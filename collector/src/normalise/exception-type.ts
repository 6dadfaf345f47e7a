import { createKnownAttributes, type KnownValue } from 'noveum-proto';

import { fieldsOf } from './checked-fields.js';

const exceptionType = createKnownAttributes(['exception.type']);
const EVENTS_TAG = 90;
const EVENT_ATTRIBUTES_TAG = 26;

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
