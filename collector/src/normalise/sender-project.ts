import { createKnownAttributes, type KnownValue } from 'noveum-proto';

import { fieldsOf } from './checked-fields.js';

export const DEFAULT_PROJECT = 'default';

const projects = createKnownAttributes(['noveum.project', 'openinference.project.name']);
const ATTRIBUTE_TAG = 10;

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The project that a sender names, where no key says it: the first of these that is a text. */
export const senderProject = (...named: readonly unknown[]): string => {
  for (const value of named) {
    const text = textOf(value);
    if (text !== null) return text;
  }
  return DEFAULT_PROJECT;
};

/** The same, read from the content of an OTLP Resource message. */
export const projectOfResource = (bytes: Uint8Array, start: number, end: number): string => {
  const values: KnownValue[] = [undefined, undefined];
  for (const [tag, attributeStart, attributeEnd] of fieldsOf(bytes, start, end))
    if (tag === ATTRIBUTE_TAG) projects.read({ bytes, at: attributeStart }, attributeEnd, values);
  return senderProject(...values);
};
