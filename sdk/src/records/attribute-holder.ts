import type { KnownAttributes, KnownValue } from 'noveum-proto';

import { writeAttribute } from '../encode/index.js';
import { type AttributeValue, readAnyValue, readKeyValue } from './any-value.js';
import type { Field, Fields } from './fields.js';
import { bytesOf, type Workspace } from './workspace.js';

/** The attributes of a span, resource or scope. */
export interface AttributeView {
  /** Undefined: there is none of that key. Of a repeated key the last counts. */
  attribute(key: string): AttributeValue | undefined;
  /** Sets `values[slot]` for each known key that is there, in one pass; all others stay bytes. */
  readKnown(known: KnownAttributes, values: KnownValue[]): void;
  allAttributes(): Readonly<Record<string, AttributeValue>>;
  countAttributes(): number;
}

/** Reads see earlier edits. */
export interface AttributeHolder extends AttributeView {
  /** Puts it in place of each of that key, or adds it. */
  setAttribute(key: string, value: AttributeValue): void;
  /** False where there is none. */
  removeAttribute(key: string): boolean;
}

const encoder = new TextEncoder();

const isKey = (bytes: Uint8Array, start: number, key: Uint8Array): boolean => {
  for (let i = key.length - 1; i >= 0; i--) if (bytes[start + i] !== key[i]) return false;
  return true;
};

export const createAttributeHolder = (workspace: Workspace, fields: Fields, tag: number): AttributeHolder => {
  const losses = { values: 0, spans: 0 };

  const isOf = ({ source, content, end }: Field, key: Uint8Array): boolean => {
    const bytes = bytesOf(workspace, source);
    // The usual layout: the key comes first, shorter than 128 bytes.
    if (bytes[content] === 10 && key.length < 128)
      return bytes[content + 1] === key.length && isKey(bytes, content + 2, key);
    let isSame = false;
    readKeyValue(bytes, content, end, workspace.text, (text) => (isSame = encoder.encode(text).join() === key.join()));
    return isSame;
  };

  const findAll = (key: string): Field[] => {
    const bytes = encoder.encode(key);
    return fields.items.filter((field) => field.tag === tag && isOf(field, bytes));
  };

  const read = ({ source, content, end }: Field): [string, AttributeValue] => {
    const bytes = bytesOf(workspace, source);
    let entry: [string, AttributeValue] = ['', null];
    readKeyValue(bytes, content, end, workspace.text, (key, start, valueEnd) => {
      entry = [key, readAnyValue(bytes, start, valueEnd, workspace.text)];
    });
    return entry;
  };

  const own = (): Field[] => fields.items.filter((field) => field.tag === tag);

  return {
    attribute(key) {
      const field = findAll(key).at(-1);
      return field === undefined ? undefined : read(field)[1];
    },
    readKnown(known, values) {
      for (const field of fields.items)
        if (field.tag === tag)
          known.read({ bytes: bytesOf(workspace, field.source), at: field.content }, field.end, values);
    },
    // Not by assignment: a key may be `__proto__`.
    allAttributes: () => Object.fromEntries(own().map(read)),
    countAttributes: () => own().length,
    setAttribute(key, value) {
      const { scratch } = workspace;
      const start = scratch.at;
      writeAttribute(scratch, tag, key, value, losses);
      const written = { start, end: scratch.at };
      const [first, ...repeated] = findAll(key);
      if (first === undefined) fields.add(written);
      else fields.replace(first, written);
      repeated.forEach(fields.remove);
    },
    removeAttribute(key) {
      const found = findAll(key);
      found.forEach(fields.remove);
      return found.length > 0;
    },
  };
};
