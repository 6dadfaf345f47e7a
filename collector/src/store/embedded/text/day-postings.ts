import type { DatabaseSync } from 'node:sqlite';

import { type QueryTerm, termsOf, type TextQuery } from 'noveum-proto';

import { createOrdinalSet, intersect, type OrdinalSet, subtract } from './ordinal-set.js';
import { addListTo, skipList } from './posting-list.js';
import { chunkId, chunkOf, readTerm } from './segment-chunks.js';

/** Answers queries from a day's posting lists. */
export interface DayPostings {
  /** The ordinals that may answer; null: none can. */
  find(query: TextQuery): OrdinalSet | null;
}

interface Segment {
  readonly id: number;
  readonly first: number;
}

export const createDayPostings = (database: DatabaseSync): DayPostings => {
  const selectSegments = database.prepare('SELECT id, first FROM segment WHERE complete = 1');
  const selectDirectory = database.prepare('SELECT directory FROM segment WHERE id = ?');
  const selectChunk = database.prepare('SELECT data FROM chunk WHERE id = ?');
  const selectNext = database.prepare("SELECT value FROM meta WHERE name = 'next_ordinal'");
  let directories = new Map<number, readonly string[]>();

  /** First terms of a segment's chunks; segments never change. */
  const directoryOf = (id: number): readonly string[] => {
    const held = directories.get(id);
    if (held !== undefined) return held;
    const { directory } = selectDirectory.get(id) as { directory: string };
    const firstTerms = JSON.parse(directory) as readonly string[];
    directories.set(id, firstTerms);
    return firstTerms;
  };

  const forgetAllBut = (segments: readonly Segment[]): void => {
    if (directories.size <= segments.length) return;
    directories = new Map(segments.flatMap(({ id }) => (directories.has(id) ? [[id, directoryOf(id)]] : [])));
  };

  const addFrom = (segment: Segment, term: QueryTerm, found: OrdinalSet): void => {
    const firstTerms = directoryOf(segment.id);
    for (let chunk = Math.max(0, chunkOf(firstTerms, term.text)); chunk < firstTerms.length; chunk++) {
      const { data } = selectChunk.get(chunkId(segment.id, chunk)) as { data: Uint8Array };
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
      const cursor = { at: 0 };
      let held = '';
      while (cursor.at < bytes.length) {
        held = readTerm(bytes, cursor, held);
        if (term.prefix ? held.startsWith(term.text) : held === term.text)
          addListTo(bytes, cursor, segment.first, found);
        else if (held > term.text) return;
        else skipList(bytes, cursor);
        if (!term.prefix && held === term.text) return;
      }
      if (!term.prefix) return;
    }
  };

  return {
    find(query) {
      const segments = selectSegments.all() as unknown as Segment[];
      forgetAllBut(segments);
      const limit = (selectNext.get() as { value: number } | undefined)?.value ?? 0;
      if (limit === 0) return null;
      const termSet = (term: QueryTerm): OrdinalSet => {
        const found = createOrdinalSet(limit);
        for (const segment of segments) addFrom(segment, term, found);
        return found;
      };
      let result: OrdinalSet | null = null;
      for (const clause of query.must) {
        for (const term of termsOf(clause).terms) {
          const found = termSet(term);
          if (result === null) result = found;
          else intersect(result, found);
        }
      }
      if (result === null) return null;
      for (const clause of query.mustNot) {
        const { terms, exact } = termsOf(clause);
        if (exact) for (const term of terms) subtract(result, termSet(term));
      }
      return result;
    },
  };
};
