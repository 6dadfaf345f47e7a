import type { DatabaseSync } from 'node:sqlite';

import type { MetaStore } from './meta-store.js';
import { type SenderRow, senderRowKey } from './sender-row.js';

type Senders = Pick<MetaStore, 'saveSenders' | 'listSenders' | 'forgetSenders'>;

/** Of one transaction: a call holds its thread for the time of one commit. */
const ROWS_AT_ONCE = 200;
const MOST_ROWS = 10_000;

const partsOf = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / ROWS_AT_ONCE) }, (_, part) =>
    items.slice(part * ROWS_AT_ONCE, (part + 1) * ROWS_AT_ONCE),
  );

/** Senders in the table of that name, each as JSON. */
export const embeddedSenders = (database: DatabaseSync): Senders => {
  const put = database.prepare('INSERT OR REPLACE INTO senders (id, last_seen, row) VALUES (?, ?, ?)');
  const all = database.prepare(`SELECT row FROM senders ORDER BY last_seen DESC, id LIMIT ${MOST_ROWS}`);
  const remove = database.prepare('DELETE FROM senders WHERE id = ?');

  const together = (rows: readonly SenderRow[], change: (row: SenderRow) => void): void => {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const row of rows) change(row);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  const inParts = async (rows: readonly SenderRow[], change: (row: SenderRow) => void): Promise<void> => {
    for (const part of partsOf(rows)) {
      await new Promise((resolve) => setImmediate(resolve));
      together(part, change);
    }
  };

  return {
    saveSenders: (rows) =>
      inParts(rows, (row) => void put.run(senderRowKey(row), row.lastSeenMillis, JSON.stringify(row))),
    listSenders: async () => {
      await Promise.resolve();
      return (all.all() as unknown as readonly { readonly row: string }[]).map(
        ({ row }) => JSON.parse(row) as SenderRow,
      );
    },
    forgetSenders: (rows) => inParts(rows, (row) => void remove.run(senderRowKey(row))),
  };
};
