import { UnusableCursor } from '../trace-store.js';
import type { Place, Sort } from './order.js';

const isPlaceValue = (value: unknown): value is Place['value'] =>
  value === null || typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));

/** The place after which the next page begins, bound to its sort. */
export const encodeCursor = (place: Place, sort: Sort): string =>
  Buffer.from(JSON.stringify([sort.field, sort.direction, place.value, place.traceKey, place.project])).toString(
    'base64url',
  );

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
};

/** Throws UnusableCursor where the text is no cursor, or one of another sort. */
export const decodeCursor = (cursor: string, sort: Sort): Place => {
  const parts = parse(cursor);
  if (Array.isArray(parts)) {
    const [field, direction, value, traceKey, project] = parts as unknown[];
    const fits = field === sort.field && direction === sort.direction;
    if (fits && isPlaceValue(value) && typeof traceKey === 'string' && typeof project === 'string')
      return { value, traceKey, project };
  }
  throw new UnusableCursor('cursor must be one that this query gave, with the same sort');
};
