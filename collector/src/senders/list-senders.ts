import { senderKey, type SenderRow } from '../meta/index.js';
import { booksOf } from './sender-books.js';

export const SENDER_SORTS = ['last_seen', 'first_seen', 'created', 'received', 'lost'] as const;
export type SenderSort = (typeof SENDER_SORTS)[number];

export interface SendersQuery {
  /** Null: of all. */
  readonly project: string | null;
  readonly service: string | null;
  readonly instance: string | null;
  readonly sort: { readonly field: SenderSort; readonly direction: 'asc' | 'desc' };
  readonly limit: number;
  readonly offset: number;
  readonly cursor?: string;
}

export interface SendersPage {
  readonly rows: readonly SenderRow[];
  readonly total: number;
  readonly nextCursor: string | null;
}

/** Of a sender in its list. */
interface Place {
  readonly value: number;
  readonly key: string;
}

const keyOf = (row: SenderRow): string => `${senderKey(row)}\n${row.project}`;

const valueOf = (row: SenderRow, field: SenderSort): number => {
  switch (field) {
    case 'last_seen':
      return row.lastSeenMillis;
    case 'first_seen':
      return row.firstSeenMillis;
    case 'created':
    case 'received':
    case 'lost':
      return booksOf(row)[field];
  }
};

const encoded = ({ field, direction }: SendersQuery['sort'], { value, key }: Place): string =>
  Buffer.from(JSON.stringify([field, direction, value, key])).toString('base64url');

const decoded = (text: string, { field, direction }: SendersQuery['sort']): Place | null => {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    if (!Array.isArray(parts)) return null;
    const [ofField, ofDirection, value, key] = parts as unknown[];
    const fits = ofField === field && ofDirection === direction;
    return fits && typeof value === 'number' && typeof key === 'string' ? { value, key } : null;
  } catch {
    return null;
  }
};

const isWanted =
  ({ project, service, instance }: SendersQuery) =>
  (row: SenderRow): boolean =>
    (project === null || row.project === project) &&
    (service === null || row.report.serviceName === service) &&
    (instance === null || row.report.instanceId === instance);

/** A page of senders; null: the cursor is none of this list. */
export const pageOfSenders = (rows: readonly SenderRow[], query: SendersQuery): SendersPage | null => {
  const { sort, limit, offset, cursor } = query;
  const sign = sort.direction === 'asc' ? 1 : -1;
  const compare = (a: Place, b: Place): number =>
    sign * (a.value - b.value) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  const after = cursor === undefined ? undefined : decoded(cursor, sort);
  if (after === null) return null;
  const listed = rows
    .filter(isWanted(query))
    .map((row) => ({ row, place: { value: valueOf(row, sort.field), key: keyOf(row) } }))
    .sort((a, b) => compare(a.place, b.place));
  const rest = after === undefined ? listed.slice(offset) : listed.filter(({ place }) => compare(place, after) > 0);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(({ row }) => row),
    total: listed.length,
    nextCursor: rest.length > shown.length && last !== undefined ? encoded(sort, last.place) : null,
  };
};
