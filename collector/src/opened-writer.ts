import type { Prices } from 'noveum-proto';

import type { ElsewhereErased } from './erased-elsewhere.js';
import type { Files } from './files/index.js';
import type { ErasureState, ErasureTimes } from './store/embedded/index.js';
import type { Rederive, TraceWriter } from './store/index.js';
import type { StoreState } from './stored-in.js';
import type { ClusterCounts } from './telemetry/index.js';

export interface OpenWriterOptions {
  readonly files: Files;
  readonly erasureTimes: Pick<ErasureTimes, 'purgeAfterMillis' | 'rememberMillis'>;
  /** What is erased elsewhere than in the store. */
  readonly elsewhere: ElsewhereErased;
  readonly maxValueBytes: number;
  readonly prices: Prices;
  /** Told of each state that a store comes into which may be away. */
  readonly onState: (state: StoreState) => void;
}

/** What the drain works with, whichever store it is. */
export interface OpenedWriter {
  readonly writer: TraceWriter;
  readonly rederive: Rederive;
  /** Others write to it at the same time, so that nothing has to wait for its turn. */
  readonly isShared: boolean;
  erasures(): Promise<ErasureState>;
  /** Null: not known. */
  countIncomplete(): Promise<number | null>;
  /** What was sent to a cluster; null: it is none. */
  counts(): ClusterCounts | null;
  /** YYYY-MM-DD. */
  daysDerivedOtherwise(): Promise<readonly string[]>;
}
