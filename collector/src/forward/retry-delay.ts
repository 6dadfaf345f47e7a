import type { SendOutcome } from './send.js';

const FIRST_MILLIS = 1_000;
const MOST_MILLIS = 60_000;
/** What an endpoint may ask for. */
const MOST_ASKED_MILLIS = 10 * 60_000;

/**
 * How long to wait before the next try: double each time, with jitter, so that many collectors don't come back at
 * once; what the endpoint asks for counts if it is longer. `failures`: in a row, from 1.
 */
export const retryDelayMillis = (
  outcome: Extract<SendOutcome, { readonly status: 'retry' | 'misconfigured' }>,
  failures: number,
  random: () => number,
): number => {
  if (outcome.status === 'misconfigured') return MOST_MILLIS;
  const most = Math.min(MOST_MILLIS, FIRST_MILLIS * 2 ** (failures - 1));
  const jittered = most / 2 + (random() * most) / 2;
  return Math.max(jittered, Math.min(MOST_ASKED_MILLIS, outcome.afterMillis ?? 0));
};
