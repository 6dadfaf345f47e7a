import type { Fragment } from '../../document/index.js';

/** What came of one trace in one request. */
export interface ArrivedFragment extends Fragment {
  /** Identity inside the project: see `traceKey`. */
  readonly traceKey: string;
  /** What was seen of its spans on the way, each with an id of its own; null: its payload tells. */
  readonly facts: ArrivedFacts | null;
}

export interface ArrivedFacts {
  /** Eight bytes a span. */
  readonly spanIds: Uint8Array;
  readonly startUnixNano: bigint;
  readonly root: object | null;
}
