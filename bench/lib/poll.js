import { setTimeout as pause } from 'node:timers/promises';

/** Of the time that was waited: asking costs whoever is asked, and that may be measured. */
const SHARE_OF_WAITED = 0.05;

/**
 * Asks every `everyMillis`, and less often the longer it takes, until `holds(answer)`; returns the last answer, or throws
 * after `withinMillis`.
 */
export const pollUntil = async (ask, holds, { everyMillis = 100, withinMillis = 120_000, what = 'it' } = {}) => {
  const start = performance.now();
  for (;;) {
    const answer = await ask();
    const waited = performance.now() - start;
    if (holds(answer)) return answer;
    if (waited > withinMillis) throw new Error(`${what} did not come about within ${withinMillis} ms`);
    await pause(Math.max(everyMillis, waited * SHARE_OF_WAITED));
  }
};
