/** What a value has to be, where it isn't that; null where it is. */
export type Rule = (value: unknown) => string | null;

export type PlainRecord = Readonly<Record<string, unknown>>;

const MOST_ENTRIES = 10_000;

export const isRecord = (value: unknown): value is PlainRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The kind of a value only: what it says may itself be a secret. */
const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'another text';
  return typeof value;
};

export const broken = (at: string, rule: string, value: unknown): string =>
  `${at}: must be ${rule}, got ${kindOf(value)}`;

export const checkValue = (at: string, rule: Rule, value: unknown): readonly string[] => {
  const issue = rule(value);
  return issue === null ? [] : [broken(at, issue, value)];
};

export const checkOptional = (at: string, rule: Rule, value: unknown): readonly string[] =>
  value === undefined ? [] : checkValue(at, rule, value);

/** `ruleOf`: of a key; null: no such key. */
export const checkRecord = (
  at: string,
  value: unknown,
  check: (key: string, value: unknown) => readonly string[] | null,
): readonly string[] => {
  if (value === undefined) return [];
  if (!isRecord(value)) return [broken(at, 'an object', value)];
  return Object.entries(value).flatMap(([key, entry]) => check(key, entry) ?? [`${at}.${key}: unknown key`]);
};

export const checkList = (
  at: string,
  value: unknown,
  check: (at: string, value: unknown) => readonly string[],
  most = MOST_ENTRIES,
): readonly string[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > most) return [broken(at, `a list of at most ${most}`, value)];
  return value.flatMap((entry: unknown, i) => check(`${at}[${i}]`, entry));
};

export const text: Rule = (value) => (typeof value === 'string' && value !== '' ? null : 'a text');
