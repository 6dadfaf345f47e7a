import type { Journal, JournalPosition } from './journal.js';

/** A reader's say in what the journal keeps: its oldest place that is still needed; null: it needs nothing. */
export type Keep = (position: JournalPosition | null) => void;

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

/** Lets any number of readers have a say: the journal keeps what the furthest behind needs. */
export const shareKeep = (journal: Pick<Journal, 'keep'>): (() => Keep) => {
  const needed = new Map<symbol, JournalPosition>();
  return () => {
    const reader = Symbol();
    return (position) => {
      if (position === null) needed.delete(reader);
      else needed.set(reader, position);
      let oldest: JournalPosition | null = null;
      for (const each of needed.values()) if (oldest === null || isBefore(each, oldest)) oldest = each;
      journal.keep(oldest);
    };
  };
};
