import type { ParameterReader } from './parameter-reader.js';

export interface Paging {
  readonly limit: number;
  readonly offset: number;
  readonly cursor?: string;
}

export interface Sorting<Field extends string> {
  readonly field: Field;
  readonly direction: 'asc' | 'desc';
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
const MAX_DEPTH = 10_000;

/** 1–1000, default 50. */
export const limitOf = (reader: ParameterReader): number => reader.integer('limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT;

/** `limit` and `offset` go to 10,000 together; beyond it leads `cursor` alone. */
export const pagingOf = (reader: ParameterReader): Paging => {
  const limit = limitOf(reader);
  const offset = reader.integer('offset', 0, MAX_DEPTH) ?? 0;
  const cursor = reader.text('cursor');
  if (cursor === undefined && offset + limit > MAX_DEPTH)
    reader.problem(
      'offset',
      `and limit must not pass ${String(MAX_DEPTH)} together; go on with cursor`,
      String(offset),
    );
  return { limit, offset, ...(cursor === undefined ? {} : { cursor }) };
};

/** `field`, `field:asc`, `field:desc` or `-field`; `otherwise`, the latest first, where nothing usable was sent. */
export const sortingOf = <Field extends string>(
  reader: ParameterReader,
  fields: readonly Field[],
  otherwise: Field,
): Sorting<Field> => {
  const sent = reader.text('sort') ?? otherwise;
  const plain = sent.startsWith('-') ? `${sent.slice(1)}:desc` : sent;
  const [name = '', direction = 'desc'] = plain.split(':');
  const field = fields.find((known) => known === name);
  if (field !== undefined && (direction === 'asc' || direction === 'desc')) return { field, direction };
  reader.problem('sort', `must be one of ${fields.join(', ')}, with :asc or :desc`, sent);
  return { field: otherwise, direction: 'desc' };
};
