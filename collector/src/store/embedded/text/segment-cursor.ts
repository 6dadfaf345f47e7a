import type { DatabaseSync } from 'node:sqlite';

import { type ByteCursor, mostInList, readList } from './posting-list.js';
import { chunkId, readTerm } from './segment-chunks.js';
import type { SegmentRow } from './segment-rows.js';

/** Walks through a segment's terms in order. */
export interface SegmentCursor {
  /** null: the end. */
  readonly term: string | null;
  /** The postings of `term` are no more. */
  most(): number;
  /** Reads the postings of `term` into `target` from `at`, which has room for them, and goes on to the next term. */
  take(target: Uint32Array, at: number): number;
}

export const openSegmentCursor = (database: DatabaseSync, segment: SegmentRow): SegmentCursor => {
  const select = database.prepare('SELECT data FROM chunk WHERE id = ?');
  const cursor: ByteCursor = { at: 0 };
  let chunk: Buffer = Buffer.alloc(0);
  let next = 0;
  let term: string | null = null;

  const advance = (): void => {
    if (cursor.at >= chunk.length) {
      const stored = select.get(chunkId(segment.id, next++)) as { data: Uint8Array } | undefined;
      chunk =
        stored === undefined
          ? Buffer.alloc(0)
          : Buffer.from(stored.data.buffer, stored.data.byteOffset, stored.data.length);
      cursor.at = 0;
      if (chunk.length === 0) {
        term = null;
        return;
      }
    }
    term = readTerm(chunk, cursor, term ?? '');
  };
  advance();

  return {
    get term() {
      return term;
    },
    most: () => mostInList(chunk, cursor),
    take(target, at) {
      const end = readList(chunk, cursor, segment.first, target, at);
      advance();
      return end;
    },
  };
};
