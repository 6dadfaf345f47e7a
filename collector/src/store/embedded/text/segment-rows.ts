import type { DatabaseSync } from 'node:sqlite';

import { chunkId, createSegmentBuilder, type SegmentBuilder } from './segment-chunks.js';

export interface SegmentRow {
  readonly id: number;
  /** Ordinals lie between, `first` and `last` included. */
  readonly first: number;
  readonly last: number;
  readonly postings: number;
}

/** A segment under way: readers see it once it is complete. */
export interface OpenSegment {
  readonly id: number;
  readonly builder: SegmentBuilder;
  complete(): void;
}

export interface SegmentRows {
  /** The complete ones, oldest first. */
  list(): readonly SegmentRow[];
  /** What the next segment's id will be. */
  nextId(): number;
  create(first: number, last: number): OpenSegment;
  remove(ids: readonly number[]): void;
  /** Removes what was under way when the last writer went. */
  removeIncomplete(): void;
}

export const createSegmentRows = (database: DatabaseSync): SegmentRows => {
  const select = database.prepare('SELECT id, first, last, postings FROM segment WHERE complete = 1 ORDER BY id');
  const selectIncomplete = database.prepare('SELECT id FROM segment WHERE complete = 0');
  const insert = database.prepare('INSERT INTO segment VALUES (?, ?, ?, 0, 0, ?)');
  const finish = database.prepare('UPDATE segment SET complete = 1, postings = ?, directory = ? WHERE id = ?');
  const insertChunk = database.prepare('INSERT INTO chunk(id, data) VALUES (?, ?)');
  const deleteChunks = database.prepare('DELETE FROM chunk WHERE id >= ? AND id < ?');
  const deleteSegment = database.prepare('DELETE FROM segment WHERE id = ?');
  const selectNext = database.prepare("SELECT value FROM meta WHERE name = 'next_segment'");
  const setNext = database.prepare("INSERT OR REPLACE INTO meta(name, value) VALUES ('next_segment', ?)");

  const nextId = (): number => (selectNext.get() as { value: number } | undefined)?.value ?? 1;

  const remove = (ids: readonly number[]): void => {
    for (const id of ids) {
      deleteChunks.run(chunkId(id, 0), chunkId(id + 1, 0));
      deleteSegment.run(id);
    }
  };

  return {
    list: () => select.all() as unknown as SegmentRow[],
    nextId,
    create(first, last) {
      const id = nextId();
      setNext.run(id + 1);
      insert.run(id, first, last, '[]');
      const builder = createSegmentBuilder(first, (chunk, data) => {
        insertChunk.run(chunkId(id, chunk), data);
      });
      return {
        id,
        builder,
        complete() {
          const directory = JSON.stringify(builder.finish());
          finish.run(builder.postings(), directory, id);
        },
      };
    },
    remove,
    removeIncomplete() {
      remove((selectIncomplete.all() as { id: number }[]).map(({ id }) => id));
    },
  };
};
