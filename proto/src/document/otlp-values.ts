import type { WireCursor } from '../otlp/index.js';
import { readEvent } from './otlp-spans.js';
import { readText, readValue } from './otlp-value.js';
import type { EventDocument, Json } from './types.js';
import { newNotes } from './value-types.js';

/** What documents make of single values, for those who read only a few of them: uncut, and with nothing noted. */
export const readOtlpValue = (cursor: WireCursor, end: number): Json =>
  readValue(cursor, end, '', newNotes(Number.MAX_SAFE_INTEGER));

export const readOtlpText = (cursor: WireCursor, end: number): string => readText(cursor, end);

export const readOtlpEvent = (cursor: WireCursor, end: number): EventDocument =>
  readEvent(cursor, end, '', newNotes(Number.MAX_SAFE_INTEGER));
