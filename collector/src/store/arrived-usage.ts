import type { ProjectUsage } from './trace-store.js';

/** By day, then by project: what several days of arrival said of the same. */
export const sumUsages = (usages: readonly ProjectUsage[]): ProjectUsage[] => {
  const sums = new Map<string, ProjectUsage>();
  for (const usage of usages) {
    const place = `${usage.day} ${usage.project}`;
    const held = sums.get(place);
    sums.set(place, {
      ...usage,
      traces: usage.traces + (held?.traces ?? 0),
      spans: usage.spans + (held?.spans ?? 0),
      bytes: usage.bytes + (held?.bytes ?? 0),
    });
  }
  return [...sums.values()].sort((a, b) =>
    a.day === b.day ? (a.project < b.project ? -1 : 1) : a.day < b.day ? -1 : 1,
  );
};
