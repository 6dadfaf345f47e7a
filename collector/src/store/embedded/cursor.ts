import type { SortField } from '../trace-store.js';

/** Where a page ended: the sort value and the key of its last trace. Sort values are compared as SQLite does: null lowest. */
export interface PageEnd {
  readonly field: SortField;
  readonly direction: 'asc' | 'desc';
  readonly value: bigint | number | null;
  readonly key: string;
}

export class UnusableCursor extends Error {}

export const encodeCursor = ({ field, direction, value, key }: PageEnd): string =>
  Buffer.from(JSON.stringify([1, field, direction, typeof value === 'bigint' ? `n${String(value)}` : value, key])).toString(
    'base64url',
  );

/** Throws UnusableCursor where the text is no cursor, or one of another order. */
export const decodeCursor = (cursor: string, field: SortField, direction: 'asc' | 'desc'): PageEnd => {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || parts.length !== 5 || parts[0] !== 1 || typeof parts[4] !== 'string')
    throw new UnusableCursor('cursor must be one that this server gave');
  if (parts[1] !== field || parts[2] !== direction)
    throw new UnusableCursor('cursor must be used with the sort that it was made with');
  return { field, direction, value: sortValue(parts[3]), key: parts[4] };
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
