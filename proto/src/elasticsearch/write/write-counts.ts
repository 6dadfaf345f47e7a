/** What was sent to a cluster since the start, and what became of it. */
export interface WriteCounts {
  readonly bulkRequests: number;
  readonly bulkBytes: number;
  /** Documents that were turned away and sent again. */
  readonly retriedItems: number;
  /** Documents that another had written meanwhile: they are read, merged and sent again. */
  readonly conflicts: number;
  /** Documents that will never be taken as they are. */
  readonly rejectedItems: number;
  /** Traces whose index is not remembered any more, since others came: at their next spans they are looked for. */
  readonly forgottenPlaces: number;
}

export interface WriteCounter {
  add(counts: Partial<WriteCounts>): void;
  counts(): WriteCounts;
}

export const createWriteCounter = (): WriteCounter => {
  const sums = { bulkRequests: 0, bulkBytes: 0, retriedItems: 0, conflicts: 0, rejectedItems: 0, forgottenPlaces: 0 };
  return {
    add(counts) {
      for (const name of Object.keys(sums) as (keyof WriteCounts)[]) sums[name] += counts[name] ?? 0;
    },
    counts: () => ({ ...sums }),
  };
};
