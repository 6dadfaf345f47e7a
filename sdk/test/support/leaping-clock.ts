import type { Clock } from '../../src/exporters/index.js';

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

/** A clock for tests: where nothing else runs, time leaps to the next timer. `jump` sets the one on the wall. */
export const createLeapingClock = (): Clock & { readonly waits: readonly number[]; jump(millis: number): void } => {
  let now = 0;
  let wall = 1_700_000_000_000;
  let scheduled = false;
  const timers = new Set<Timer>();
  const waits: number[] = [];

  const schedule = (): void => {
    if (scheduled || timers.size === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      const [next] = [...timers].sort((a, b) => a.at - b.at);
      if (next === undefined) return;
      timers.delete(next);
      wall += next.at - now;
      now = next.at;
      next.task();
      schedule();
    });
  };

  return {
    waits,
    unixMillis: () => wall,
    monotonicMillis: () => now,
    jump(millis) {
      wall += millis;
    },
    later(millis, task) {
      waits.push(millis);
      const timer = { at: now + millis, task };
      timers.add(timer);
      schedule();
      return () => {
        timers.delete(timer);
      };
    },
  };
};
