import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import { createKeyFilter, type KeyFilter } from './key-filter.js';

/** Which traces were erased, kept as hashes, so that none that is sent again comes back. */
export interface Tombstones {
  count(): number;
  has(project: string, traceKey: string): boolean;
  /** The number of the erasure that took it; null: none did. */
  erasureOf(project: string, traceKey: string): number | null;
  /** In a transaction; returns how many are new. */
  add(erasure: number, traces: readonly { readonly project: string; readonly traceKey: string }[]): number;
  /** After a roll-back. */
  countAnew(): void;
  /** Whether there is any of an erasure. */
  hasAny(erasure: number): boolean;
  /** Forgets some of an erasure's; returns how many. */
  remove(erasure: number, limit: number): number;
}

const HASH_BYTES = 16;
const FIRST_FILTER_KEYS = 65_536;
const FILTER_GROWTH = 4;

/** `salt`: of this store alone, so that hashes tell nobody who lacks the file what they were made of. */
export const createTombstones = (database: DatabaseSync, salt: string): Tombstones => {
  const select = database.prepare('SELECT erasure FROM tombstone WHERE hash = ?');
  const selectAny = database.prepare('SELECT 1 FROM tombstone WHERE erasure = ? LIMIT 1');
  const insert = database.prepare('INSERT OR IGNORE INTO tombstone(hash, erasure) VALUES (?, ?)');
  const removeSome = database.prepare(
    'DELETE FROM tombstone WHERE hash IN (SELECT hash FROM tombstone WHERE erasure = ? LIMIT ?)',
  );
  const countAll = (): number =>
    (database.prepare('SELECT count(*) AS count FROM tombstone').get() as { count: number }).count;
  let count = countAll();

  const hashOf = (project: string, traceKey: string): Buffer =>
    hash('sha256', JSON.stringify([salt, project, traceKey]), 'buffer').subarray(0, HASH_BYTES);

  const makeFilter = (): KeyFilter => {
    const made = createKeyFilter(Math.max(FIRST_FILTER_KEYS, count * FILTER_GROWTH));
    for (const row of database.prepare('SELECT hash FROM tombstone').iterate())
      made.add(Buffer.from(row['hash'] as Uint8Array).toString('latin1'));
    return made;
  };
  let filter = makeFilter();

  const find = (project: string, traceKey: string): number | null => {
    if (count === 0) return null;
    const hashed = hashOf(project, traceKey);
    if (!filter.mayHave(hashed.toString('latin1'))) return null;
    return (select.get(hashed) as { erasure: number } | undefined)?.erasure ?? null;
  };

  return {
    count: () => count,
    has: (project, traceKey) => find(project, traceKey) !== null,
    erasureOf: find,
    add(erasure, traces) {
      let added = 0;
      for (const { project, traceKey } of traces) {
        const hashed = hashOf(project, traceKey);
        added += Number(insert.run(hashed, erasure).changes);
        filter.add(hashed.toString('latin1'));
      }
      count += added;
      if (filter.isFull()) filter = makeFilter();
      return added;
    },
    countAnew() {
      count = countAll();
    },
    hasAny: (erasure) => selectAny.get(erasure) !== undefined,
    remove(erasure, limit) {
      const removed = Number(removeSome.run(erasure, limit).changes);
      count -= removed;
      return removed;
    },
  };
};
