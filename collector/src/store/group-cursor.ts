import type { GroupPlace, GroupQuery } from './group-query.js';
import { UnusableCursor } from './trace-store.js';

/** The place after which the next page begins, bound to what is listed and how it is sorted. */
export const encodeGroupCursor = ({ by, sort }: GroupQuery, { value, id, project }: GroupPlace): string => {
  const encoded = typeof value === 'bigint' ? `n${String(value)}` : value;
  return Buffer.from(JSON.stringify([by, sort.field, sort.direction, encoded, id, project])).toString('base64url');
};

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
  } catch {
    return null;
  }
};

const valueOf = (value: unknown): GroupPlace['value'] | undefined => {
  if (value === null || typeof value === 'number') return value;
  return typeof value === 'string' && /^n\d{1,20}$/.test(value) ? BigInt(value.slice(1)) : undefined;
};

/** Throws UnusableCursor where the text is no cursor, or one of another list or order. */
export const decodeGroupCursor = ({ by, sort }: GroupQuery, cursor: string): GroupPlace => {
  const parts = parse(cursor);
  if (Array.isArray(parts) && parts.length === 6) {
    const [ofBy, field, direction, encoded, id, project] = parts as unknown[];
    const value = valueOf(encoded);
    const fits = ofBy === by && field === sort.field && direction === sort.direction;
    if (fits && value !== undefined && typeof id === 'string' && typeof project === 'string')
      return { value, id, project };
  }
  throw new UnusableCursor('cursor must be one that this list gave, with the same sort');
};
