import { setTimeout as pause } from 'node:timers/promises';

/** Asks every `everyMillis` until `holds(answer)`; returns the last answer, or throws after `withinMillis`. */
export const pollUntil = async (ask, holds, { everyMillis = 100, withinMillis = 120_000, what = 'it' } = {}) => {
  const deadline = performance.now() + withinMillis;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`${what} did not come about within ${withinMillis} ms`);
    await pause(everyMillis);
  }
};
