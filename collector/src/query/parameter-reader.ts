import { nanosOfIso } from 'noveum-proto';

import type { ParameterProblem, Parameters } from './parameters.js';

const MAX_NANOS = 2n ** 63n - 1n;

const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Stricter than `Number`, for which a blank is 0 and `0x10` is 16; NaN: no number. */
const decimalOf = (value: string): number => (DECIMAL.test(value) ? Number(value) : Number.NaN);

/** Reads values by name and notes what is wrong with them. */
export const createParameterReader = (parameters: Parameters, problems: ParameterProblem[]) => {
  const problem = (parameter: string, rule: string, value: string): void => {
    problems.push({ parameter, rule, value });
  };
  const text = (name: string): string | undefined => parameters.get(name)?.[0];
  /** What `read` makes of the value; undefined where it was not sent or, with a problem noted, where it breaks the rule. */
  const checked = <T>(name: string, rule: string, read: (value: string) => T | undefined): T | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const result = read(value);
    if (result === undefined) problem(name, rule, value);
    return result;
  };
  return {
    text,
    problem,
    number: (name: string) =>
      checked(name, 'must be a number', (value) => (Number.isFinite(decimalOf(value)) ? decimalOf(value) : undefined)),
    /** Clients send whole numbers as `0.0` too. */
    integer: (name: string, min: number, max: number) =>
      checked(name, `must be an integer from ${String(min)} to ${String(max)}`, (value) => {
        const number = decimalOf(value);
        return Number.isInteger(number) && number >= min && number <= max ? number : undefined;
      }),
    flag: (name: string) =>
      checked(name, 'must be true or false', (value) => {
        if (/^(true|1)$/i.test(value)) return true;
        return /^(false|0)$/i.test(value) ? false : undefined;
      }),
    nanos: (name: string) =>
      checked(name, 'must be an ISO 8601 time', (value) => {
        // A plus sign of an offset arrives as a space where the client did not encode it.
        const nanos = nanosOfIso(value.replace(/ (\d{2}:?\d{2})$/, '+$1'));
        return nanos !== null && nanos >= 0n && nanos <= MAX_NANOS ? nanos : undefined;
      }),
    choice: (name: string, choices: readonly string[]) =>
      checked(name, `must be one of ${choices.join(', ')}`, (value) => (choices.includes(value) ? value : undefined)),
  };
};

export type ParameterReader = ReturnType<typeof createParameterReader>;
