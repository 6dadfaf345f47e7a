import type { TextPlace } from './text-index.js';

/** Negative: `a` comes first. */
export const placeOrder = (a: TextPlace, b: TextPlace): number => {
  if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano > b.startUnixNano ? -1 : 1;
  if (a.traceKey !== b.traceKey) return a.traceKey < b.traceKey ? -1 : 1;
  return a.project < b.project ? -1 : a.project > b.project ? 1 : 0;
};

export const isAfter = (place: TextPlace, after: TextPlace): boolean => placeOrder(after, place) < 0;
