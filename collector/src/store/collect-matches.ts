import type { ShownMatch } from './trace-store.js';
import type { TextPageEnd } from './text-cursor.js';

/** Where a trace stands in the order of a search, the latest first. */
export interface SearchPlace {
  readonly project: string;
  readonly key: string;
  readonly start: bigint;
}

/** A trace to be looked into, or a place passed because its trace is not asked for. */
export interface SearchStep<Trace extends SearchPlace> extends SearchPlace {
  readonly trace: Trace | null;
}

export type MatchedTrace<Trace extends SearchPlace> = Trace & { readonly matches: readonly ShownMatch[] };

export interface CollectOptions<Trace extends SearchPlace> {
  /** What was found before the first step. */
  readonly found: number;
  readonly skipped: number;
  readonly limit: number;
  /** All are to be counted, as far as it goes. */
  readonly isExact: boolean;
  /** `isShown`: else only whether something matches is asked. */
  readonly look: (
    trace: Trace,
    isShown: boolean,
  ) => Promise<{
    readonly matches: readonly ShownMatch[] | null;
    readonly units: number;
  }>;
  readonly limits: SearchLimits;
}

/** What one search may take. */
export interface SearchLimits {
  /** Traces looked into. */
  readonly traces: number;
  /** UTF-16 code units of their texts. */
  readonly units: number;
  /** Places passed. */
  readonly steps: number;
}

export interface CollectedMatches<Trace extends SearchPlace> {
  readonly page: readonly MatchedTrace<Trace>[];
  readonly total: number;
  readonly isCounted: boolean;
  /** Where to go on; null: there is no more. */
  readonly next: TextPageEnd | null;
}

/** Looks into one trace after the other, until the page is full and one more is found, or a limit is reached. */
export const collectMatches = async <Trace extends SearchPlace>(
  steps: AsyncIterable<SearchStep<Trace>>,
  { found: before, isExact, limit, limits, look, skipped }: CollectOptions<Trace>,
): Promise<CollectedMatches<Trace>> => {
  const page: MatchedTrace<Trace>[] = [];
  const wanted = before + skipped + limit;
  let found = before;
  let looked = 0;
  let units = 0;
  let passed = 0;
  let last: TextPageEnd | null = null;
  let pageEnd: TextPageEnd | null = null;

  const isSpent = (): boolean =>
    looked >= limits.traces || units >= limits.units || passed >= limits.steps || (!isExact && found > wanted);

  for await (const { key, project, start, trace } of steps) {
    if (isSpent()) return { page, total: found, isCounted: false, next: pageEnd ?? last };
    passed++;
    if (trace !== null) {
      looked++;
      const isShown = found >= before + skipped && page.length < limit;
      const { matches, units: read } = await look(trace, isShown);
      units += read;
      if (matches !== null) {
        found++;
        if (isShown) page.push({ ...trace, matches });
      }
    }
    last = { key, project, start, found };
    if (pageEnd === null && page.length === limit) pageEnd = last;
  }
  return { page, total: found, isCounted: true, next: found > wanted ? pageEnd : null };
};
