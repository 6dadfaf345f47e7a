import type { Fragment } from 'noveum-proto';

import type { ErasedTraces, StoredTrace, StoredTraces } from '../embedded/index.js';
import { insistOn } from '../insist.js';
import type { TraceFragment } from '../trace-store.js';
import type { MigrateStep } from '../migrate-report.js';
import type { MigrateTarget } from './migrate-target.js';
import type { MigrateProgress } from './progress-file.js';

export interface MigrateOptions {
  readonly stored: StoredTraces;
  readonly target: MigrateTarget;
  readonly progress: MigrateProgress;
  /** What was erased till now; null: nothing. */
  readonly openErased: () => ErasedTraces | null;
  /** Only compares: nothing is written. */
  readonly isCheckOnly: boolean;
  readonly tellFacts: (fragment: Fragment) => TraceFragment['facts'];
  /** Whether what a fault stopped may succeed later. */
  readonly isStorageFault: (error: unknown) => boolean;
  /** The part of the time that is worked, from 0 to 1; the rest is paused, so that others have it. */
  readonly workShare: () => number;
  readonly onStep: (step: MigrateStep) => void;
  /** Aborted, it ends after the batch under way, which counts. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly pause: (millis: number) => Promise<void>;
  readonly newId: () => string;
}

/** What copying and comparing have in common. */
export interface Migrating {
  /** Writes traces whole; how many the target did not take. */
  readonly write: (traces: readonly StoredTrace[]) => Promise<number>;
  /** Tries again while the cluster is away, for some minutes. */
  readonly insist: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs a piece of work, then rests; throws where it was aborted. */
  readonly paced: <T>(work: () => Promise<T>) => Promise<T>;
}

const LONGEST_REST_MILLIS = 5_000;

export const createMigrating = (options: MigrateOptions): Migrating => {
  const { isStorageFault, now, pause, signal, target, tellFacts, workShare } = options;

  const pauseUnlessAborted = async (millis: number): Promise<void> => {
    await pause(millis);
    signal.throwIfAborted();
  };

  const insist = <T>(work: () => Promise<T>): Promise<T> =>
    insistOn(work, { isStorageFault, pause: pauseUnlessAborted });

  const fragmentsOf = ({ fragments, traceKey }: StoredTrace): TraceFragment[] =>
    fragments.map((fragment) => ({
      kind: fragment.kind,
      payload: fragment.payload,
      project: fragment.project,
      keyEnvironment: fragment.keyEnvironment,
      receivedAtMillis: fragment.receivedAtMillis,
      traceKey,
      facts: fragment.kind === 'otlp-spans' ? tellFacts(fragment) : null,
    }));

  /** False: the target doesn't take it, now or later. */
  const couldWrite = async (traces: readonly StoredTrace[]): Promise<boolean> => {
    const fragments = traces.flatMap(fragmentsOf);
    try {
      await insist(() => target.write(fragments));
      return true;
    } catch (error) {
      if (isStorageFault(error)) throw error;
      return false;
    }
  };

  return {
    insist,
    async write(traces) {
      if (traces.length === 0 || (await couldWrite(traces))) return 0;
      let refused = 0;
      for (const trace of traces) if (!(await couldWrite([trace]))) refused++;
      return refused;
    },
    async paced(work) {
      signal.throwIfAborted();
      const begun = now();
      const result = await work();
      const share = workShare();
      const rest = share >= 1 ? 0 : Math.min(LONGEST_REST_MILLIS, (now() - begun) * (1 / share - 1));
      if (rest > 0) await pause(rest);
      return result;
    },
  };
};
