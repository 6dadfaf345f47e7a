import type { Problem } from '../decoded.js';
import { isIsoTime } from './iso-time.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value === 'bigint' ? 'number' : typeof value;

/** A rule says what is wrong with a value, or null. `field` is the path to it. */
export type Rule = (value: unknown, field: string) => Problem | null;

const MAX_ID_BYTES = 256;

const wrongType = (field: string, expected: string, value: unknown): Problem => ({
  field,
  issue: `must be ${expected}, got ${kindOf(value)}`,
  kind: 'wrong_type',
});

const missing = (field: string): Problem => ({ field, issue: 'Missing required fields', kind: 'missing_field' });

export const required =
  (rule: Rule): Rule =>
  (value, field) =>
    value === undefined || value === null || value === '' ? missing(field) : rule(value, field);

export const optional =
  (rule: Rule): Rule =>
  (value, field) =>
    value === undefined || value === null ? null : rule(value, field);

export const text: Rule = (value, field) => (typeof value === 'string' ? null : wrongType(field, 'a string', value));

export const textUpTo =
  (limitBytes: number, kind: string): Rule =>
  (value, field) => {
    if (typeof value !== 'string') return wrongType(field, 'a string', value);
    if (value.length * 3 <= limitBytes || Buffer.byteLength(value) <= limitBytes) return null;
    return { field, issue: `must be at most ${String(limitBytes)} bytes long`, kind };
  };

export const id: Rule = textUpTo(MAX_ID_BYTES, 'id_too_long');

export const time: Rule = (value, field) =>
  typeof value === 'string' && isIsoTime(value)
    ? null
    : { field, issue: 'Invalid ISO 8601 timestamp format', kind: 'invalid_timestamp' };

export const oneOf =
  (values: readonly string[]): Rule =>
  (value, field) =>
    typeof value === 'string' && values.includes(value)
      ? null
      : { field, issue: `must be one of ${values.join(', ')}`, kind: 'invalid_status' };

export const object: Rule = (value, field) => (isObject(value) ? null : wrongType(field, 'an object', value));

export const objects: Rule = (value, field) => {
  if (!Array.isArray(value)) return wrongType(field, 'an array', value);
  const index = value.findIndex((item) => !isObject(item));
  return index < 0 ? null : wrongType(`${field}[${String(index)}]`, 'an object', value[index]);
};

/** The first broken rule; `path` is put before the field's name. */
export const firstProblem = (
  value: JsonObject,
  rules: readonly (readonly [string, Rule])[],
  path: string,
): Problem | null => {
  for (const [name, rule] of rules) {
    const problem = rule(value[name], path + name);
    if (problem !== null) return problem;
  }
  return null;
};
