import type { KnownAttributes, KnownValue, WireCursor } from '../otlp/index.js';

import { encodedKey, writeAttribute } from '../encode/index.js';
import { type AttributeValue, readAnyValue, readKeyValue } from './any-value.js';
import type { Field, Fields } from './fields.js';
import { bytesOf, type Workspace } from './workspace.js';

/** The attributes of a span, resource or scope. */
export interface AttributeView {
  /** Undefined: there is none of that key. Of a repeated key the last counts. */
  attribute(key: string): AttributeValue | undefined;
  /**
   * Sets `values[slot]` for each known key that is there and adds its slot to `slots`, in one pass; all others stay
   * bytes. A repeated key's slot comes as often.
   */
  readKnown(known: KnownAttributes, values: KnownValue[], slots: number[]): void;
  allAttributes(): Readonly<Record<string, AttributeValue>>;
  countAttributes(): number;
}

/** Reads see earlier edits. */
export interface AttributeHolder extends AttributeView {
  /** For a key that is known not to be there: adds it without a look. */
  addAttribute(key: string, value: AttributeValue): void;
  /** Puts it in place of each of that key, or adds it. */
  setAttribute(key: string, value: AttributeValue): void;
  /** False where there is none. */
  removeAttribute(key: string): boolean;
}

const KEY = 0x0a;
/** A length that goes on in the next byte. */
const MANY_BYTES = 0x80;

/** Whether a KeyValue begins with the key as encoded (tag, length, text, and the tag of the value behind it). */
const beginsWith = (bytes: Uint8Array, start: number, encoded: Uint8Array): boolean => {
  for (let i = encoded.length - 2; i >= 0; i--) if (bytes[start + i] !== encoded[i]) return false;
  return true;
};

export const createAttributeHolder = (workspace: Workspace, fields: Fields, tag: number): AttributeHolder => {
  const notes = { values: 0, spans: 0, maySayGenAi: false };
  const cursor: WireCursor = { bytes: workspace.request, at: 0 };

  const isOf = ({ source, content, end }: Field, key: string, encoded: Uint8Array): boolean => {
    const bytes = bytesOf(workspace, source);
    // The usual layout: the key comes first, with its length in one byte. Go's collector may write the value first.
    if (bytes[content] === KEY && (bytes[content + 1] as number) < MANY_BYTES)
      return beginsWith(bytes, content, encoded);
    let isSame = false;
    readKeyValue(bytes, content, end, workspace.text, (own) => (isSame = own === key));
    return isSame;
  };

  const findLast = (key: string): Field | undefined => {
    const encoded = encodedKey(key).bytes;
    const { items } = fields;
    for (let at = items.length - 1; at >= 0; at--) {
      const field = items[at] as Field;
      if (field.tag === tag && isOf(field, key, encoded)) return field;
    }
    return undefined;
  };

  /** Takes away each of that key, but for one. */
  const removeAll = (key: string, but?: Field): boolean => {
    const encoded = encodedKey(key).bytes;
    const found = fields.items.filter((field) => field.tag === tag && field !== but && isOf(field, key, encoded));
    found.forEach(fields.remove);
    return found.length > 0;
  };

  const read = ({ source, content, end }: Field): [string, AttributeValue] => {
    const bytes = bytesOf(workspace, source);
    let entry: [string, AttributeValue] = ['', null];
    readKeyValue(bytes, content, end, workspace.text, (key, start, valueEnd) => {
      entry = [key, readAnyValue(bytes, start, valueEnd, workspace.text)];
    });
    return entry;
  };

  const written = (key: string, value: AttributeValue) => {
    const { scratch } = workspace;
    const start = scratch.at;
    writeAttribute(scratch, tag, key, value, notes);
    return { start, end: scratch.at };
  };

  const own = (): Field[] => fields.items.filter((field) => field.tag === tag);

  return {
    attribute(key) {
      const field = findLast(key);
      return field === undefined ? undefined : read(field)[1];
    },
    readKnown(known, values, slots) {
      fields.each(tag, (bytes, content, end) => {
        cursor.bytes = bytes;
        cursor.at = content;
        const slot = known.read(cursor, end, values);
        if (slot >= 0) slots.push(slot);
      });
    },
    // Not by assignment: a key may be `__proto__`.
    allAttributes: () => Object.fromEntries(own().map(read)),
    countAttributes: () => fields.count(tag),
    addAttribute(key, value) {
      fields.add(written(key, value));
    },
    setAttribute(key, value) {
      const replacing = written(key, value);
      const before = findLast(key);
      if (before === undefined) fields.add(replacing);
      else removeAll(key, fields.replace(before, replacing));
    },
    removeAttribute: (key) => removeAll(key),
  };
};
