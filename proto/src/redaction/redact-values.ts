import type { KnownKey } from './known-keys.js';
import { DROPPED, mapRecord, type PlainRecord } from './map-record.js';
import type { NamedBy, Treatment } from './redact-text.js';

/** Beyond this nothing is looked at: the whole is replaced. Also what ends a value that holds itself. */
const MOST_NESTING = 100;
/** A shorter whole number is nothing that is looked for. */
const LEAST_NUMBER = 1_000_000;

export interface ValueParts {
  readonly text: (text: string, by: NamedBy, treatment: Treatment) => string;
  readonly keyOf: (key: string) => KnownKey;
  /** The label of a whole value that was redacted, or was too deep to be looked at. */
  readonly whole: string;
  /** Of an attribute as a whole. */
  readonly count: (treatment: 'redact' | 'drop') => void;
}

export interface RedactValues {
  /** Texts in lists and records at any depth, the records' keys, and whole numbers. */
  readonly value: (value: unknown, by: NamedBy, treatment: Treatment) => unknown;
  /** A record of attributes: each as the rule for its key says. */
  readonly attributes: (attributes: PlainRecord) => PlainRecord;
}

const isPlainRecord = (value: object): value is PlainRecord => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

export const createRedactValues = ({ text, keyOf, whole, count }: ValueParts): RedactValues => {
  const numberValue = (value: number, by: NamedBy, treatment: Treatment): unknown => {
    if (!Number.isSafeInteger(value) || value < LEAST_NUMBER) return value;
    const shown = String(value);
    const redacted = text(shown, by, treatment);
    return redacted === shown ? value : redacted;
  };

  const list = (values: readonly unknown[], by: NamedBy, treatment: Treatment, depth: number): readonly unknown[] => {
    let copy: unknown[] | null = null;
    for (let i = 0; i < values.length; i++) {
      const redacted = any(values[i], by, treatment, depth + 1);
      if (!Object.is(redacted, values[i])) (copy ??= [...values])[i] = redacted;
    }
    return copy ?? values;
  };

  const any = (value: unknown, by: NamedBy, treatment: Treatment, depth: number): unknown => {
    if (typeof value === 'string') return text(value, by, treatment);
    if (typeof value === 'number') return numberValue(value, by, treatment);
    if (typeof value !== 'object' || value === null) return value;
    const isList = Array.isArray(value);
    if (!isList && !isPlainRecord(value)) return value;
    if (depth > MOST_NESTING) return whole;
    if (isList) return list(value, by, treatment, depth);
    return mapRecord(value, keyOf, (field, { by }) => any(field, by, treatment, depth + 1));
  };

  const attribute = (value: unknown, { by, treatment }: KnownKey): unknown => {
    switch (treatment) {
      case 'keep':
        return value;
      case 'drop':
        count('drop');
        return DROPPED;
      case 'redact':
        if (value !== whole) count('redact');
        return whole;
      default:
        return any(value, by, treatment, 0);
    }
  };

  return {
    value: (value, by, treatment) => any(value, by, treatment, 0),
    attributes: (attributes) => mapRecord(attributes, keyOf, attribute),
  };
};
