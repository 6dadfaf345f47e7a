import type { Journal, JournalPosition } from './journal.js';

/** A reader's say in what the journal keeps: its oldest place that is still needed; null: it needs nothing. */
export type Keep = (position: JournalPosition | null) => void;

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

const oldestOf = (places: Iterable<JournalPosition>): JournalPosition | null => {
  let oldest: JournalPosition | null = null;
  for (const place of places) if (oldest === null || isBefore(place, oldest)) oldest = place;
  return oldest;
};

/**
 * Lets any number of readers have a say: the journal keeps what the furthest behind needs. A reader that stands
 * somewhere already names its places as it comes: before it speaks, another may, and what nobody names is given up
 * for good.
 */
export const shareKeep = (journal: Pick<Journal, 'keep'>): ((places?: readonly JournalPosition[]) => Keep) => {
  const needed = new Map<symbol, JournalPosition>();
  return (places = []) => {
    const reader = Symbol();
    const need = (position: JournalPosition | null): void => {
      if (position === null) needed.delete(reader);
      else needed.set(reader, position);
    };
    need(oldestOf(places));
    return (position) => {
      need(position);
      journal.keep(oldestOf(needed.values()));
    };
  };
};
