import { isGone } from './is-gone.js';
import type { MigrateOptions, Migrating } from './migrating.js';

export interface Copied {
  readonly copied: number;
  readonly refused: number;
  readonly isCaughtUp: boolean;
}

/** Where a collector stores more all the time, following ends after so many passes: a later call goes on. */
const MOST_PASSES = 20;

/** Copies what was not copied yet, oldest day first, pass after pass until one finds nothing. */
export const copyTraces = async (options: MigrateOptions, { paced, write }: Migrating): Promise<Copied> => {
  const { onStep, progress, stored } = options;
  let copied = 0;
  let refused = 0;

  const tell = (days: readonly number[]): void => {
    const sum = (rankOf: (day: number) => number) => days.reduce((total, day) => total + rankOf(day), 0);
    const done = sum((day) => progress.rank(day));
    onStep({
      phase: 'copying',
      done,
      total: Math.max(
        done,
        sum((day) => stored.lastRank(day)),
      ),
    });
  };

  const copyNext = async (day: number): Promise<number> => {
    const traces = await stored.next(day, progress.rank(day));
    const last = traces.at(-1);
    if (last === undefined) return 0;
    refused += await write(traces);
    await progress.reach(day, last.rank);
    return traces.length;
  };

  const copyDay = async (day: number, days: readonly number[]): Promise<number> => {
    let found = 0;
    for (;;) {
      try {
        const count = await paced(() => copyNext(day));
        if (count === 0) return found;
        found += count;
      } catch (error) {
        // Retention has taken the day meanwhile.
        if (!isGone(error) || (await stored.days()).includes(day)) throw error;
        return found;
      }
      tell(days);
    }
  };

  for (let pass = 1; pass <= MOST_PASSES; pass++) {
    let found = 0;
    const days = await stored.days();
    for (const day of days) {
      found += await copyDay(day, days);
      await stored.letGo();
    }
    copied += found;
    if (found === 0) return { copied, refused, isCaughtUp: true };
  }
  return { copied, refused, isCaughtUp: false };
};
