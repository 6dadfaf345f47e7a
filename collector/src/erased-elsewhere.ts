import { dropFromDeadLetters, eraseDeadLetters, placesInDeadLetters } from './erase-dead-letters.js';
import type { Files } from './files/index.js';
import { firstJournalFile } from './journal/index.js';
import type { ErasedElsewhere } from './store/embedded/index.js';
import type { TextTrace, TracePlace } from './store/index.js';

interface ErasedElsewhereOptions {
  readonly files: Files;
  readonly journalDirectory: string;
  readonly deadLetterDirectory: string;
  /** What the journal takes from now on goes to a new file; resolves to its number. */
  readonly sealJournal: () => Promise<number>;
  readonly removeTexts: (traces: readonly TextTrace[]) => Promise<void>;
  readonly areTextsPurged: () => Promise<boolean>;
}

export interface ElsewhereErased extends ErasedElsewhere {
  /** Of the traces in dead letters that can be read. */
  places(): Promise<readonly TracePlace[]>;
  /** What the journal has by now can go once everybody has read it. */
  seal(): Promise<void>;
  /** Takes these traces, which another collector may have erased, out of dead letters that can be read. */
  drop(traces: readonly TracePlace[]): Promise<void>;
}

/** The text index, dead letters, and the journal, whose files go when all that reads them has them. */
export const createErasedElsewhere = (options: ErasedElsewhereOptions): ElsewhereErased => {
  const { files, journalDirectory, deadLetterDirectory, sealJournal, removeTexts, areTextsPurged } = options;
  /** By erasure, the first file of the journal that can't hold what it erased. */
  const sealed = new Map<string, number>();

  return {
    remove: removeTexts,
    finish: (request, found) => eraseDeadLetters(files, deadLetterDirectory, request, found),
    places: () => placesInDeadLetters(files, deadLetterDirectory),
    async seal() {
      await sealJournal();
    },
    async drop(traces) {
      if (traces.length > 0) await dropFromDeadLetters(files, deadLetterDirectory, traces);
    },
    async isGone(id) {
      const sealedFile = sealed.get(id);
      if (sealedFile === undefined) {
        sealed.set(id, await sealJournal());
        return false;
      }
      if (!(await areTextsPurged())) return false;
      const first = await firstJournalFile(files, journalDirectory);
      if (first !== null && first < sealedFile) return false;
      sealed.delete(id);
      return true;
    },
  };
};
