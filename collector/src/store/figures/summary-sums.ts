import type { BucketFigures, Figures, TracesSummary } from '../analytics.js';
import { createQuantileSketch, createUniqueSketch, type QuantileSketch, type UniqueSketch } from '../sketch/index.js';
import { rounded } from './cell.js';

/** Gathers what makes a summary. */
export interface SummarySums {
  /** To the totals and, where it is given, to the bucket that begins then (Unix milliseconds). */
  addFigures(figures: Figures, to: 'totals' | 'bucket' | 'both', startMillis: number): void;
  addErrorType(errorType: string, traces: number): void;
  readonly durations: QuantileSketch;
  readonly users: UniqueSketch;
  readonly sessions: UniqueSketch;
  summary(): TracesSummary;
}

type MutableFigures = { -readonly [name in keyof Figures]: Figures[name] };

/** What a failed trace counts as whose spans don't say of what type the error was. */
export const NO_ERROR_TYPE = 'unknown';
const MOST_ERROR_TYPES = 10_000;
const SHOWN_ERROR_TYPES = 10;

const newFigures = (): MutableFigures => ({
  stored: 0,
  traces: 0,
  spans: 0,
  errors: 0,
  timed: 0,
  durationMicros: 0,
  tokens: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
});

const FIGURES = Object.keys(newFigures()) as (keyof Figures)[];

const addTo = (sums: MutableFigures, figures: Figures): void => {
  for (const name of FIGURES) sums[name] += figures[name];
};

/** Without what adding leaves behind; no trace's own figures are finer than those by weight are shown. */
const shownOf = <T extends Figures>(figures: T): T => ({
  ...figures,
  cost: rounded(figures.cost),
  ...(figures.traces === figures.stored
    ? {}
    : {
        durationMicros: Math.round(figures.durationMicros),
        tokens: Math.round(figures.tokens),
        inputTokens: Math.round(figures.inputTokens),
        outputTokens: Math.round(figures.outputTokens),
      }),
});

export const createSummarySums = (): SummarySums => {
  const totals = newFigures();
  const buckets = new Map<number, MutableFigures>();
  const errorTypes = new Map<string, number>();
  const durations = createQuantileSketch();
  const users = createUniqueSketch();
  const sessions = createUniqueSketch();

  return {
    durations,
    users,
    sessions,
    addFigures(figures, to, startMillis) {
      if (figures.traces === 0) return;
      if (to !== 'bucket') addTo(totals, figures);
      if (to === 'totals') return;
      const bucket = buckets.get(startMillis) ?? newFigures();
      buckets.set(startMillis, bucket);
      addTo(bucket, figures);
    },
    addErrorType(errorType, traces) {
      if (errorTypes.size < MOST_ERROR_TYPES || errorTypes.has(errorType))
        errorTypes.set(errorType, (errorTypes.get(errorType) ?? 0) + traces);
    },
    summary: () => ({
      totals: shownOf(totals),
      durations: { p50: durations.quantile(0.5), p95: durations.quantile(0.95), p99: durations.quantile(0.99) },
      uniqueUsers: users.estimate(),
      uniqueSessions: sessions.estimate(),
      series: [...buckets]
        .sort(([a], [b]) => a - b)
        .map(([startMillis, figures]): BucketFigures => ({ startMillis, ...shownOf(figures) })),
      errorTypes: [...errorTypes]
        .map(([errorType, traces]) => ({ errorType, traces }))
        .sort((a, b) => b.traces - a.traces || (a.errorType < b.errorType ? -1 : 1))
        .slice(0, SHOWN_ERROR_TYPES),
    }),
  };
};
