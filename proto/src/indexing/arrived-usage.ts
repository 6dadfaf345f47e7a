import type { Fragment } from '../document/index.js';

/** What came of a trace, and of its spans the ids, where they were seen on the way. */
interface ArrivedFragment extends Fragment {
  readonly facts: { readonly spanIds: Uint8Array } | null;
}

const SPAN_ID_BYTES = 8;

export const spanCountOf = (facts: ArrivedFragment['facts']): number => (facts?.spanIds.length ?? 0) / SPAN_ID_BYTES;

const MILLIS_PER_DAY = 86_400_000;

/** What one UTC day of arrival brought of a trace. */
export interface DayUsage {
  readonly day: number;
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
}

const arrivalDay = ({ receivedAtMillis }: ArrivedFragment): number => Math.floor(receivedAtMillis / MILLIS_PER_DAY);

export const cameOnOneDay = (fragments: readonly ArrivedFragment[]): boolean => {
  const [first] = fragments;
  return first === undefined || fragments.every((fragment) => arrivalDay(fragment) === arrivalDay(first));
};

interface Arrived {
  readonly fragments: readonly ArrivedFragment[];
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
