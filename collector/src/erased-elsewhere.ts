import { eraseDeadLetters } from './erase-dead-letters.js';
import type { Files } from './files/index.js';
import { firstJournalFile } from './journal/index.js';
import type { ErasedElsewhere } from './store/embedded/index.js';

interface ErasedElsewhereOptions {
  readonly files: Files;
  readonly journalDirectory: string;
  readonly deadLetterDirectory: string;
  /** What the journal takes from now on has to go to a new file; answered by `noteSealed`. */
  readonly askForSeal: () => void;
}

export interface RunningErasedElsewhere extends ErasedElsewhere {
  /** The journal's file of that number was begun after all that `isGone` was asked for came. */
  noteSealed(file: number): void;
}

/** Dead letters, and the journal, whose files go when all that reads them has them. */
export const createErasedElsewhere = (options: ErasedElsewhereOptions): RunningErasedElsewhere => {
  const { files, journalDirectory, deadLetterDirectory, askForSeal } = options;
  const waiting = new Set<string>();
  /** By erasure, the first file of the journal that can't hold what it erased. */
  const sealed = new Map<string, number>();

  return {
    remove: () => Promise.resolve(),
    finish: (request, found) => eraseDeadLetters(files, deadLetterDirectory, request, found),
    async isGone(id) {
      const sealedFile = sealed.get(id);
      if (sealedFile === undefined) {
        waiting.add(id);
        askForSeal();
        return false;
      }
      const first = await firstJournalFile(files, journalDirectory);
      if (first !== null && first < sealedFile) return false;
      sealed.delete(id);
      return true;
    },
    noteSealed(file) {
      for (const id of waiting) sealed.set(id, file);
      waiting.clear();
    },
  };
};
