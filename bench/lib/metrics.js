import { pollUntil } from './poll.js';

/** Every sample of `/metrics`, labels summed away, by name. */
export const readMetrics = async (http) => {
  const text = await (await fetch(`${http}/metrics`)).text();
  const samples = new Map();
  for (const [, name, value] of text.matchAll(/^([a-z_]+)(?:\{[^}]*\})? (\S+)/gm))
    samples.set(name, (samples.get(name) ?? 0) + Number(value));
  return samples;
};

/** Waits until nothing that was acknowledged is still on its way to the store; returns the metrics of then. */
export const waitUntilDrained = (http, withinMillis = 300_000) =>
  pollUntil(
    () => readMetrics(http),
    (metrics) => metrics.get('noveum_drain_lag_bytes') === 0,
    { withinMillis, what: 'an empty journal' },
  );
