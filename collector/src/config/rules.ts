export type Checked =
  { readonly status: 'ok'; readonly value: unknown } | { readonly status: 'broken'; readonly rule: string };
/** What a setting's value may be; takes text (flag, environment) as well as the file's own types. */
export type Rule = (value: unknown) => Checked;

const ok = (value: unknown): Checked => ({ status: 'ok', value });
const broken = (rule: string): Checked => ({ status: 'broken', rule });

const toInteger = (value: unknown): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
};

export const integer =
  (least: number, most: number): Rule =>
  (value) => {
    const number = toInteger(value);
    return Number.isSafeInteger(number) && number >= least && number <= most
      ? ok(number)
      : broken(`an integer from ${least} to ${most}`);
  };

const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** A number of bytes, or e.g. `16MiB`. */
export const bytes =
  (least: number, most: number): Rule =>
  (value) => {
    const [, count, unit = ''] = typeof value === 'string' ? (/^(\d{1,15}) ?([KMGT]iB)$/.exec(value) ?? []) : [];
    const number = count === undefined ? toInteger(value) : Number(count) * (UNITS[unit] ?? 1);
    return Number.isSafeInteger(number) && number >= least && number <= most
      ? ok(number)
      : broken(`bytes (an integer, or one with KiB, MiB, GiB or TiB) from ${least} to ${most}`);
  };

export const text: Rule = (value) =>
  typeof value === 'string' && value !== '' ? ok(value) : broken('a text that is not empty');

export const oneOf =
  (choices: readonly string[]): Rule =>
  (value) =>
    typeof value === 'string' && choices.includes(value) ? ok(value) : broken(`one of ${choices.join(', ')}`);

const isHttpOrigin = (value: string): boolean => {
  const url = URL.parse(value);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.origin === value;
};

/** `*`, or scheme, host and port exactly as a browser sends them. */
export const origin: Rule = (value) =>
  typeof value === 'string' && (value === '*' || isHttpOrigin(value))
    ? ok(value)
    : broken('origins like https://app.example.com (no path, no slash at the end), or *');

/** A list, or one text with commas. */
export const textList =
  (rule: Rule): Rule =>
  (value) => {
    const items: readonly unknown[] = Array.isArray(value)
      ? value
      : typeof value === 'string'
        ? value.split(',')
        : [value];
    const values: unknown[] = [];
    for (const item of items.flatMap((one) => (typeof one === 'string' ? one.split(',') : [one]))) {
      const checked = rule(typeof item === 'string' ? item.trim() : item);
      if (checked.status === 'broken') return checked;
      values.push(checked.value);
    }
    return ok(values);
  };
