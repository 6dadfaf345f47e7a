import type { OwnPrice } from './own-price.js';
import { priceMomentMillis } from './price-moment.js';

export type OwnPricesOutcome =
  | { readonly status: 'ok'; readonly prices: readonly OwnPrice[] }
  | { readonly status: 'invalid'; readonly errors: readonly string[] };

/** What is broken, or null. */
type FieldRule = (value: unknown) => string | null;

const MOST_PRICES = 10_000;
const MOST_CHARACTERS = 256;
const MOST_SHOWN = 80;

const label: FieldRule = (value) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MOST_CHARACTERS
    ? null
    : `a text of 1 to ${MOST_CHARACTERS} characters`;

const pattern: FieldRule = (value) =>
  label(value) ??
  (/^[^*]+\*?$|^\*$/.test(value as string) ? null : 'a model name, or the beginning of one with a single * at its end');

const price: FieldRule = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? null : 'a number ≥ 0';

const moment: FieldRule = (value) =>
  typeof value === 'string' && priceMomentMillis(value) !== null
    ? null
    : 'a day like 2026-01-31, or a moment like 2026-01-31T08:00:00Z';

const FIELDS: Readonly<Record<keyof OwnPrice, { readonly rule: FieldRule; readonly isRequired: boolean }>> = {
  model: { rule: pattern, isRequired: true },
  provider: { rule: label, isRequired: false },
  serviceTier: { rule: label, isRequired: false },
  input: { rule: price, isRequired: true },
  output: { rule: price, isRequired: true },
  cacheRead: { rule: price, isRequired: false },
  cacheWrite: { rule: price, isRequired: false },
  reasoning: { rule: price, isRequired: false },
  from: { rule: moment, isRequired: false },
  until: { rule: moment, isRequired: false },
};

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  // NaN and the infinities have no JSON.
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return typeof value === 'boolean' || value === null ? String(value) : typeof value;
  return JSON.stringify(value.length <= MOST_SHOWN ? value : `${value.slice(0, MOST_SHOWN)}…`);
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldErrors = (entry: Readonly<Record<string, unknown>>, at: string): readonly string[] =>
  Object.entries(FIELDS).flatMap(([name, { rule, isRequired }]) => {
    const value = entry[name];
    if (value === undefined && !isRequired) return [];
    const broken = rule(value);
    return broken === null ? [] : [`${at}.${name}: must be ${broken}, got ${shown(value)}`];
  });

const entryErrors = (entry: unknown, at: string): readonly string[] => {
  if (!isRecord(entry)) return [`${at}: must be an object with model, input and output, got ${shown(entry)}`];
  const unknown = Object.keys(entry).filter((name) => !Object.hasOwn(FIELDS, name));
  const errors = [...unknown.map((name) => `${at}.${name}: unknown key`), ...fieldErrors(entry, at)];
  if (errors.length > 0 || entry.from === undefined || entry.until === undefined) return errors;
  const isBackward =
    Number(priceMomentMillis(entry.until as string)) <= Number(priceMomentMillis(entry.from as string));
  return isBackward ? [`${at}.until: must be after from, got ${shown(entry.until)}`] : [];
};

/** Checks a list of own prices from a file or from code; every error names place, rule and value: `prices[2].input: …`. */
export const checkOwnPrices = (value: unknown, name = 'prices'): OwnPricesOutcome => {
  if (!Array.isArray(value)) return { status: 'invalid', errors: [`${name}: must be a list, got ${shown(value)}`] };
  if (value.length > MOST_PRICES)
    return {
      status: 'invalid',
      errors: [`${name}: must be a list of at most ${MOST_PRICES} prices, got ${value.length}`],
    };
  const errors = value.flatMap((entry: unknown, index) => entryErrors(entry, `${name}[${index}]`));
  if (errors.length > 0) return { status: 'invalid', errors };
  const prices = (value as readonly OwnPrice[]).map((entry) => Object.freeze({ ...entry }));
  return { status: 'ok', prices: Object.freeze(prices) };
};
