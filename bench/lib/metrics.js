import { setTimeout as pause } from 'node:timers/promises';

import { pollUntil } from './poll.js';

/** Every sample of `/metrics`, labels summed away, by name. */
export const readMetrics = async (http) => {
  const text = await (await fetch(`${http}/metrics`)).text();
  const samples = new Map();
  for (const [, name, value] of text.matchAll(/^([a-z_]+)(?:\{[^}]*\})? (\S+)/gm))
    samples.set(name, (samples.get(name) ?? 0) + Number(value));
  return samples;
};

const LEAST_WAIT_MILLIS = 300_000;
/** On a slow store and a busy machine. */
const MILLIS_PER_SPAN = 2;

/** How long that many spans may take to be stored. */
export const patienceFor = (spans) => Math.max(LEAST_WAIT_MILLIS, spans * MILLIS_PER_SPAN);

/** Waits until nothing that was acknowledged is still on its way to the store; returns the metrics of then. */
export const waitUntilDrained = (http, withinMillis = LEAST_WAIT_MILLIS) =>
  pollUntil(
    () => readMetrics(http),
    (metrics) => metrics.get('noveum_drain_lag_bytes') === 0,
    { withinMillis, what: 'an empty journal' },
  );

const LAG_POLL_MILLIS = 500;

/** Age in seconds of the oldest request whose texts are not indexed yet. */
export const textLagOf = (metrics) => metrics.get('noveum_text_lag_seconds') ?? 0;

/** Waits until all that is stored can be found by its texts without looking into it; returns the metrics of then. */
export const waitUntilIndexed = async (http, withinMillis) => {
  for (;;) {
    const metrics = await waitUntilDrained(http, withinMillis);
    if (textLagOf(metrics) === 0) return metrics;
    await pause(LAG_POLL_MILLIS);
  }
};
