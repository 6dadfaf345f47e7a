import type { NumericOperator } from '../trace-store.js';
import type { Condition } from './condition.js';

const MICROS_PER_MILLI = 1e3;
const NANOS_PER_MICRO = 1e3;

/** The shortest duration that is shown as so many microseconds: halves are rounded up. */
const shortestShownAs = (micros: number): number => micros * NANOS_PER_MICRO - NANOS_PER_MICRO / 2;

/** Rows hold nanoseconds; durations are compared as they are shown, in microseconds. */
export const durationSql = (operator: NumericOperator, millis: number): Condition => {
  const nearest = Math.round(millis * MICROS_PER_MILLI);
  const least = nearest / MICROS_PER_MILLI < millis ? nearest + 1 : nearest;
  const longer = nearest / MICROS_PER_MILLI > millis ? nearest : nearest + 1;
  const fromLeast = shortestShownAs(least);
  const fromLonger = shortestShownAs(longer);
  switch (operator) {
    case 'gte':
      return { sql: 'r.duration >= ?', values: [fromLeast] };
    case 'gt':
      return { sql: 'r.duration >= ?', values: [fromLonger] };
    case 'lte':
      return { sql: 'r.duration < ?', values: [fromLonger] };
    case 'lt':
      return { sql: 'r.duration < ?', values: [fromLeast] };
    case 'eq':
      return { sql: 'r.duration >= ? AND r.duration < ?', values: [fromLeast, fromLonger] };
    case 'neq':
      return { sql: '(r.duration IS NULL OR r.duration < ? OR r.duration >= ?)', values: [fromLeast, fromLonger] };
  }
};
