import type { TextTrace } from '../text-index.js';
import type { ErasureRequest } from '../trace-store.js';

/** What holds traces besides the store: text index, dead letters, journal. */
export interface ErasedElsewhere {
  /** Called once traces have left the indexes; may be called again with the same. */
  remove(traces: readonly TextTrace[]): Promise<void>;
  /** All that the store has of the request is erased. May be called again. True: something was found. */
  finish(request: ErasureRequest, found: FoundTraces): Promise<boolean>;
  /** Whether nothing of an erasure's traces is left; asked until it is so. */
  isGone(erasureId: string): Promise<boolean>;
}

export interface FoundTraces {
  /** By this erasure or an earlier one. */
  readonly isErased: (project: string, traceKey: string) => boolean;
  /** Of all traces that this erasure took; null: too many, or not all known any more. */
  readonly traceKeys: readonly string[] | null;
}

export const NOWHERE_ELSE: ErasedElsewhere = {
  remove: () => Promise.resolve(),
  finish: () => Promise.resolve(false),
  isGone: () => Promise.resolve(true),
};
