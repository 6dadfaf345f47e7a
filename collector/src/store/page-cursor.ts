import { type SortField, UnusableCursor } from './trace-store.js';

/**
 * Where a page ended: sort value, key and project of its last trace, since two projects may know one key. Sort values
 * are compared as SQLite does: null lowest.
 */
export interface PageEnd {
  readonly field: SortField;
  readonly direction: 'asc' | 'desc';
  readonly value: bigint | number | null;
  readonly key: string;
  readonly project: string;
}

export const encodeCursor = ({ field, direction, value, key, project }: PageEnd): string => {
  const encoded = typeof value === 'bigint' ? `n${String(value)}` : value;
  return Buffer.from(JSON.stringify([1, field, direction, encoded, key, project])).toString('base64url');
};

/** Throws UnusableCursor where the text is no cursor, or one of another order. */
export const decodeCursor = (cursor: string, field: SortField, direction: 'asc' | 'desc'): PageEnd => {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || parts.length !== 6 || parts[0] !== 1)
    throw new UnusableCursor('cursor must be one that this server gave');
  const [, , , value, key, project] = parts as unknown[];
  if (typeof key !== 'string' || typeof project !== 'string')
    throw new UnusableCursor('cursor must be one that this server gave');
  if (parts[1] !== field || parts[2] !== direction)
    throw new UnusableCursor('cursor must be used with the sort that it was made with');
  return { field, direction, value: sortValue(value), key, project };
};

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
};

const sortValue = (value: unknown): bigint | number | null => {
  if (value === null || typeof value === 'number') return value;
  if (typeof value === 'string' && /^n\d{1,20}$/.test(value)) return BigInt(value.slice(1));
  throw new UnusableCursor('cursor must be one that this server gave');
};
