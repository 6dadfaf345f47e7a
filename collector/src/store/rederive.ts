import type { Fragment } from 'noveum-proto';

import type { TraceFragment } from './trace-store.js';

/** Which stored traces are derived anew, by the time of their start. */
export interface RederiveRequest {
  /** null: every project. */
  readonly project: string | null;
  readonly sinceMillis: number;
  /** Exclusive; null: to the end. */
  readonly untilMillis: number | null;
  /** Changes nothing, and reports the same. */
  readonly dryRun: boolean;
}

export interface BeforeAndAfter {
  readonly before: number;
  readonly after: number;
}

/** What came of it, or would come. */
export interface RederiveReport {
  /** Looked at. */
  readonly traces: number;
  readonly changed: number;
  /** Traces whose field changed, by the field's name in a document. */
  readonly fields: Readonly<Record<string, number>>;
  /** Sums over all that was looked at; cost in USD. */
  readonly tokens: BeforeAndAfter;
  readonly cost: BeforeAndAfter;
  /** Traces that could not be read or derived, and stay as they are. */
  readonly failed: number;
}

/**
 * Where a step has ended and the next one begins: a plain record, of which each store holds more, good for the same
 * store and request only.
 */
export interface RederivePlace {
  /** Traces passed, and traces that there are, to within what comes meanwhile. */
  readonly done: number;
  readonly total: number;
}

export interface RederiveStep {
  readonly report: RederiveReport;
  readonly done: number;
  readonly total: number;
  /** null: that was all. */
  readonly next: RederivePlace | null;
}

export interface RederiveTools {
  /** The facts of a stored fragment as they are told today. */
  readonly tellFacts: (fragment: Fragment) => TraceFragment['facts'];
  /** Such an error ends a step; any other is the trace's own. */
  readonly isStorageFault: (error: unknown) => boolean;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
}

/**
 * One step, within some 15 ms or one trace, and a commit, in which nobody else may write (a cluster's: some traces, beside
 * whoever writes): derives some traces anew from what was received. What has changed is readable once the promise resolves (a
 * cluster's: at the last step). Rejects on a storage fault, and then the step may
 * be taken again; taken twice it changes nothing more.
 */
export type Rederive = (
  request: RederiveRequest,
  from: RederivePlace | null,
  tools: RederiveTools,
) => Promise<RederiveStep>;

export const NOTHING_REDERIVED: RederiveReport = {
  traces: 0,
  changed: 0,
  fields: {},
  tokens: { before: 0, after: 0 },
  cost: { before: 0, after: 0 },
  failed: 0,
};

const sum = (a: BeforeAndAfter, b: BeforeAndAfter): BeforeAndAfter => ({
  before: a.before + b.before,
  after: a.after + b.after,
});

export const sumOfReports = (a: RederiveReport, b: RederiveReport): RederiveReport => {
  const fields: Record<string, number> = { ...a.fields };
  for (const [name, traces] of Object.entries(b.fields)) fields[name] = (fields[name] ?? 0) + traces;
  return {
    traces: a.traces + b.traces,
    changed: a.changed + b.changed,
    fields,
    tokens: sum(a.tokens, b.tokens),
    cost: sum(a.cost, b.cost),
    failed: a.failed + b.failed,
  };
};
