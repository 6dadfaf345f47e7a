import { isObject } from './field-rules.js';

const countIn = (value: unknown, limitBytes: number): number => {
  if (typeof value === 'string') return Buffer.byteLength(value) > limitBytes ? 1 : 0;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + countIn(inner, limitBytes), 0);
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const countOfPart = (part: unknown, limitBytes: number): number =>
  isObject(part) ? countIn(part['attributes'], limitBytes) : 0;

/** Counts texts of more than `limitBytes` among the attributes of a native trace, its spans and their events. */
export const countLongTexts = (trace: unknown, limitBytes: number): number => {
  if (!isObject(trace)) return 0;
  const spans = listOf(trace['spans']);
  const events = [trace, ...spans].flatMap((part) => (isObject(part) ? listOf(part['events']) : []));
  return [trace, ...spans, ...events].reduce<number>((sum, part) => sum + countOfPart(part, limitBytes), 0);
};
