import type { Fragment } from '../../document/index.js';
import type { ArrivedFragment } from './arrived-fragment.js';
import { headIdOf } from '../record/index.js';

/** What one `write` brings of a trace. */
export interface TraceJob {
  /** Of its head. */
  readonly id: string;
  readonly project: string;
  readonly traceKey: string;
  readonly arrived: ArrivedFragment[];
}

/** The jobs of one call, in the order in which their traces came first. */
export const jobsOf = (fragments: readonly ArrivedFragment[]): readonly TraceJob[] => {
  const jobs = new Map<string, TraceJob>();
  for (const fragment of fragments) {
    const { project, traceKey } = fragment;
    const place = `${traceKey} ${project}`;
    let job = jobs.get(place);
    if (job === undefined) {
      job = { id: headIdOf(project, traceKey), project, traceKey, arrived: [] };
      jobs.set(place, job);
    }
    job.arrived.push(fragment);
  }
  return [...jobs.values()];
};

const isSame = (a: Fragment, b: Fragment): boolean =>
  a.kind === b.kind && a.payload.length === b.payload.length && Buffer.compare(a.payload, b.payload) === 0;

/** Those that are not held, each once, in order. */
export const notHeld = (arrived: readonly ArrivedFragment[], held: readonly Fragment[]): readonly ArrivedFragment[] => {
  if (arrived.length === 1 && held.length === 0) return arrived;
  const kept: ArrivedFragment[] = [];
  for (const fragment of arrived) if (![...held, ...kept].some((other) => isSame(fragment, other))) kept.push(fragment);
  return kept;
};
