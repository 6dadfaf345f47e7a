export type Checked =
  { readonly status: 'ok'; readonly value: unknown } | { readonly status: 'broken'; readonly rule: string };

/** What values an option may have. */
export interface Kind {
  /** For documents and messages: `an integer from 1 to 10000`. */
  readonly rule: string;
  readonly check: (value: unknown) => Checked;
  /** Of a variable of the environment; a text that can't be read comes back as it is and fails the check. */
  readonly parse: (text: string) => unknown;
}

export const ok = (value: unknown): Checked => ({ status: 'ok', value });
export const broken = (rule: string): Checked => ({ status: 'broken', rule });

const asIs = (text: string): unknown => text;

const kindOf = (rule: string, holds: (value: unknown) => boolean, parse: (text: string) => unknown = asIs): Kind => ({
  rule,
  check: (value) => (holds(value) ? ok(value) : broken(`must be ${rule}`)),
  parse,
});

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const parseNumber = (text: string): unknown => (NUMBER.test(text) ? Number(text) : text);

export const text: Kind = kindOf(
  'a text that is not empty',
  (value) => typeof value === 'string' && value.trim() !== '',
);

/** As the collector's. */
export const indexPrefix: Kind = kindOf(
  'lower-case letters, digits and hyphens, a letter first, at most 40',
  (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(value),
);

export const boolean: Kind = kindOf(
  'true or false',
  (value) => typeof value === 'boolean',
  (given) => ({ true: true, '1': true, false: false, '0': false })[given.toLowerCase()] ?? given,
);

const within = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most;

export const integer = (least: number, most: number): Kind =>
  kindOf(
    `an integer from ${least} to ${most}`,
    (value) => within(value, least, most) && Number.isInteger(value),
    parseNumber,
  );

export const number = (least: number, most = Number.MAX_VALUE): Kind =>
  kindOf(
    most === Number.MAX_VALUE ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
    (value) => within(value, least, most),
    parseNumber,
  );

/** A number above zero. */
export const rate: Kind = kindOf('a number above 0', (value) => within(value, Number.MIN_VALUE, 1e9), parseNumber);

/** OpenTelemetry's limits: `Infinity` means none. */
export const limit: Kind = kindOf(
  'an integer of at least 0, or Infinity',
  (value) => value === Infinity || (within(value, 0, Number.MAX_SAFE_INTEGER) && Number.isInteger(value)),
  (given) => (given.toLowerCase() === 'infinity' ? Infinity : parseNumber(given)),
);

const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

const toBytes = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  const [, count = '', unit = ''] = /^(\d{1,15}) ?([KMGT]iB)$/.exec(value) ?? [];
  return count === '' ? value : Number(count) * (UNITS[unit] ?? 1);
};

/** A number of bytes, or e.g. `64MiB`. */
export const bytes = (least: number, most: number): Kind => {
  const rule = `bytes (an integer, or one with KiB, MiB, GiB or TiB) from ${least} to ${most}`;
  return {
    rule,
    check: (given) => {
      const value = toBytes(given);
      return within(value, least, most) && Number.isInteger(value) ? ok(value) : broken(`must be ${rule}`);
    },
    parse: parseNumber,
  };
};

/** From the environment in upper or lower case. */
export const oneOf = (choices: readonly string[]): Kind =>
  kindOf(
    `one of ${choices.join(', ')}`,
    (value) => typeof value === 'string' && choices.includes(value),
    (given) => given.toLowerCase(),
  );

/** A list; in the environment with commas. */
export const listOf = (item: Kind): Kind => ({
  rule: `a list, each ${item.rule}`,
  check: (value) => {
    if (!Array.isArray(value)) return broken(`must be a list, each ${item.rule}`);
    const checked = value.map((one: unknown) => item.check(one));
    return (
      checked.find(({ status }) => status === 'broken') ??
      ok(checked.map((one) => (one.status === 'ok' ? one.value : undefined)))
    );
  },
  parse: (given) =>
    given
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .map((one) => item.parse(one)),
});

export const callback: Kind = kindOf('a function', (value) => typeof value === 'function');

/** `*` at the end stands for anything: `llm.*`. */
export const attributeNames: Kind = listOf(
  kindOf(
    'the name of an attribute, or its beginning and a *',
    (value) => typeof value === 'string' && /^[^\s*]+\*?$/.test(value),
  ),
);
