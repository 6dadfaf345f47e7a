import { type Json, METADATA_PREFIX, readOtlpValue, type SpanView } from 'noveum-proto';

import type { RankedAttribute } from '../store/index.js';
import { fieldsOf } from './checked-fields.js';
import { SLOT } from './known-keys.js';
import { rankOf } from './span-rank.js';

const PREFIX = Buffer.from(METADATA_PREFIX);
const SPAN_ATTRIBUTES_TAG = 74;
const KEY_TAG = 10;
const VALUE_TAG = 18;
/** Longer ones are left to the document, which may cut them. */
const MOST_VALUE_BYTES = 1024;
/** Of one trace in one request; more are left to the document too. */
const MOST_NAMES = 64;

/** A name's text where it begins as the application's own do. */
const customName = (bytes: Buffer, start: number, end: number): string | null =>
  end - start > PREFIX.length && bytes.compare(PREFIX, 0, PREFIX.length, start, start + PREFIX.length) === 0
    ? bytes.toString('utf8', start + PREFIX.length, end)
    : null;

/** In the order of the bytes, which were checked when they came; null: a value is no plain one, or long. */
const customAttributesOf = (
  bytes: Buffer,
  start: number,
  end: number,
): readonly (readonly [name: string, value: Json])[] | null => {
  const found = new Map<string, Json>();
  for (const [tag, from, to] of fieldsOf(bytes, start, end)) {
    if (tag !== SPAN_ATTRIBUTES_TAG) continue;
    let name: string | null = null;
    let value: readonly [number, number] | null = null;
    for (const [field, at, until] of fieldsOf(bytes, from, to)) {
      if (field === KEY_TAG) name = customName(bytes, at, until);
      else if (field === VALUE_TAG) value = [at, until];
    }
    if (name === null) continue;
    if (value !== null && value[1] - value[0] > MOST_VALUE_BYTES) return null;
    const said = value === null ? null : readOtlpValue({ bytes, at: value[0] }, value[1]);
    if (said !== null && typeof said === 'object') return null;
    found.set(name, said);
  }
  return [...found].filter(([, value]) => value !== null);
};

const hasOwnWords = ({ knownCount, knownSlots }: SpanView): boolean => {
  for (let at = 0; at < knownCount; at++) if (knownSlots[at] === SLOT.metadata) return true;
  return false;
};

/** What an application says of a trace in its own words, by the spans before and this one; null: only the document can tell. */
export const joinCustom = (
  held: readonly RankedAttribute[],
  body: Buffer,
  view: SpanView,
): readonly RankedAttribute[] | null => {
  if (!hasOwnWords(view)) return held;
  const said = customAttributesOf(body, view.offset, view.end);
  if (said === null) return null;
  const rank = rankOf(body, view);
  const joined = new Map(held.map((one) => [one.name, one]));
  for (const [name, value] of said)
    if (rank <= (joined.get(name)?.rank ?? rank)) joined.set(name, { name, value, rank });
  return joined.size > MOST_NAMES ? null : [...joined.values()];
};
