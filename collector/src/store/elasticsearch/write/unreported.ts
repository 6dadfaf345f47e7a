import { createHash } from 'node:crypto';

import type { ArrivedFragment, JobCounts } from 'noveum-proto/elasticsearch';

/**
 * Keeps what the jobs of a failed call would have counted until they come again: one whose fragments are all held then
 * was stored by that call, which told nobody.
 */
export interface Unreported {
  add(id: string, arrived: readonly ArrivedFragment[], counts: JobCounts): void;
  /** Null: just these fragments were in no failed call. What is told is forgotten. */
  take(id: string, arrived: readonly ArrivedFragment[]): JobCounts | null;
}

const MOST_TRACES = 100_000;

const hashOf = (arrived: readonly ArrivedFragment[]): string => {
  const hash = createHash('sha256');
  for (const { payload } of arrived) hash.update(payload);
  return hash.digest('base64');
};

export const createUnreported = (): Unreported => {
  const kept = new Map<string, { readonly hash: string; readonly counts: JobCounts }>();
  return {
    add(id, arrived, counts) {
      if (kept.size >= MOST_TRACES) kept.clear();
      kept.set(id, { hash: hashOf(arrived), counts });
    },
    take(id, arrived) {
      if (kept.size === 0) return null;
      const found = kept.get(id);
      if (found?.hash !== hashOf(arrived)) return null;
      kept.delete(id);
      return found.counts;
    },
  };
};
