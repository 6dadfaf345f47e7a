import type { Erasure, ErasureRequest, TraceFragment, TracePlace, WriteReport } from '../trace-store.js';

export interface TargetCounts {
  readonly spans: number;
  readonly fragments: number;
}

/** Where traces are copied to. */
export interface MigrateTarget {
  write(fragments: readonly TraceFragment[]): Promise<WriteReport>;
  erase(request: ErasureRequest): Promise<Erasure | null>;
  erasedAmong(places: readonly TracePlace[]): Promise<readonly TracePlace[]>;
  /** One step of upkeep; true: there is more. */
  maintain(nowMillis: number): Promise<boolean>;
  refresh(): Promise<void>;
  /** Null: nothing is held of the trace. */
  counts(places: readonly TracePlace[]): Promise<readonly (TargetCounts | null)[]>;
  traces(): AsyncIterable<readonly TracePlace[]>;
}
