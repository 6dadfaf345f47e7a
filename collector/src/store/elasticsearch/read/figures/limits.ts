export interface FigureLimits {
  /** To be put in order by what has to be summed up of each of them first. */
  readonly sortedGroups: number;
  /** To be looked at for one page of the latest or the earliest. */
  readonly candidates: number;
}

/** An answer holds at most 65,536 buckets. */
export const FIGURE_LIMITS: FigureLimits = { sortedGroups: 200_000, candidates: 60_000 };
