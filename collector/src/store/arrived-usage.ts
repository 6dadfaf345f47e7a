import type { ProjectUsage, SpanFacts, TraceFragment } from './trace-store.js';

const SPAN_ID_BYTES = 8;

export const spanCountOf = (facts: SpanFacts | null): number => (facts?.spanIds.length ?? 0) / SPAN_ID_BYTES;

const MILLIS_PER_DAY = 86_400_000;

/** What one UTC day of arrival brought of a trace. */
export interface DayUsage {
  readonly day: number;
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
}

const arrivalDay = ({ receivedAtMillis }: TraceFragment): number => Math.floor(receivedAtMillis / MILLIS_PER_DAY);

export const cameOnOneDay = (fragments: readonly TraceFragment[]): boolean => {
  const [first] = fragments;
  return first === undefined || fragments.every((fragment) => arrivalDay(fragment) === arrivalDay(first));
};

interface Arrived {
  readonly fragments: readonly TraceFragment[];
  readonly isNewTrace: boolean;
  /** Of the trace, before and after these came. */
  readonly spansBefore: number;
  readonly spansAfter: number;
  /** Of the trace after each fragment; needed only where they came on several days and some span was held already. */
  readonly spansAfterEach: readonly number[] | null;
}

export const usageByDay = (arrived: Arrived): readonly DayUsage[] => {
  const { fragments, isNewTrace, spansBefore, spansAfter, spansAfterEach } = arrived;
  const traces = isNewTrace ? 1 : 0;
  const [first] = fragments;
  if (first === undefined) return [];
  if (cameOnOneDay(fragments)) {
    const bytes = fragments.reduce((sum, { payload }) => sum + payload.length, 0);
    return [{ day: arrivalDay(first), traces, spans: spansAfter - spansBefore, bytes }];
  }
  return fragments.map((fragment, at) => ({
    day: arrivalDay(fragment),
    traces: at === 0 ? traces : 0,
    spans:
      spansAfterEach === null
        ? spanCountOf(fragment.facts)
        : (spansAfterEach[at] ?? 0) - (spansAfterEach[at - 1] ?? spansBefore),
    bytes: fragment.payload.length,
  }));
};

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
