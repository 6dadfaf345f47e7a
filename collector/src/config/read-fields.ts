import type { Rule } from './rules.js';

export interface Field {
  readonly rule: Rule;
  readonly default?: unknown;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A URL with an @ may hold a password. */
const show = (value: unknown): string =>
  typeof value === 'string' && value.includes('@')
    ? 'a text with an @'
    : value === undefined
      ? 'nothing'
      : JSON.stringify(value);

type Values<Fields> = Record<keyof Fields, unknown>;

/** The values of `fields` in `given`, or their defaults; what breaks a rule is told in `errors`, by its path. */
export const readFields = <Fields extends Readonly<Record<string, Field>>>(
  fields: Fields,
  others: readonly string[],
  given: Readonly<Record<string, unknown>>,
  path: string,
  errors: string[],
): Values<Fields> => {
  for (const key of Object.keys(given))
    if (!Object.hasOwn(fields, key) && !others.includes(key)) errors.push(`unknown key ${path}.${key}`);
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const value = given[key] ?? field.default;
    const checked =
      given[key] === undefined && 'default' in field ? ({ status: 'ok', value } as const) : field.rule(value);
    if (checked.status === 'broken') errors.push(`${path}.${key} must be ${checked.rule}, got ${show(value)}`);
    else values[key] = checked.value;
  }
  return values as Values<Fields>;
};
