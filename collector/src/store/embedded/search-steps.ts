import { setImmediate as nextTurn } from 'node:timers/promises';

import type { TextQuery } from 'noveum-proto';

import type { TextCandidate, TextPlace } from '../text-index.js';
import { isAfter, placeOrder } from '../text-place.js';
import type { TraceFilter } from '../trace-store.js';
import type { SearchPlace, SearchStep } from '../collect-matches.js';
import type { DayReader, ListedTrace } from './day-reader.js';
import type { EmbeddedTextReader } from './text/index.js';

/** A trace in the order of a search, the latest first. */
export interface PlacedTrace extends SearchPlace {
  readonly day: number;
  readonly id: number;
}

export interface IndexedStepsOptions {
  readonly texts: EmbeddedTextReader;
  /** Of the store. */
  readonly days: () => Promise<readonly number[]>;
  /** To be asked each time: what it gives may be closed after any wait. */
  readonly dayReader: (day: number) => DayReader | null;
  readonly filter: TraceFilter;
  readonly query: TextQuery;
  readonly after: TextPlace | null;
  /** Of those that are not indexed yet, of one day. */
  readonly maxUnindexed: number;
}

/** Requests that were received in one order are read from the journal in another, so far apart. */
const DISORDER_MILLIS = 1_000;

/** Other reads of the thread have their turn after so many. */
const TURN_STEPS = 256;

const placeOf = ({ key, project, start }: Pick<ListedTrace, 'key' | 'project' | 'start'>): TextPlace => ({
  startUnixNano: start,
  traceKey: key,
  project,
});

const isAsked = (project: string, { notProject, project: asked }: TraceFilter): boolean =>
  (asked === null || asked === project) && project !== notProject;

const stepOf = (trace: PlacedTrace): SearchStep<PlacedTrace> => ({
  key: trace.key,
  project: trace.project,
  start: trace.start,
  trace,
});

/** Those that the index proposes, and those of the store that it doesn't know yet. */
export const indexedSteps = async function* (options: IndexedStepsOptions): AsyncGenerator<SearchStep<PlacedTrace>> {
  const { after, dayReader, days, filter, maxUnindexed, query, texts } = options;
  const { project, startUnixNano } = filter;
  const indexed = await texts.indexed();
  // One that begins when the page before ended may still come, by its key.
  const ends = [filter.endUnixNano, after === null ? undefined : after.startUnixNano + 1n].filter(
    (end) => end !== undefined,
  );
  const endUnixNano = ends.reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
  const range = {
    ...(startUnixNano === undefined ? {} : { startUnixNano }),
    ...(endUnixNano === undefined ? {} : { endUnixNano }),
  };

  const unindexedOf = (day: number): PlacedTrace[] =>
    (
      dayReader(day)?.unindexed(
        { ...filter, ...range },
        {
          rank: indexed.ranks.get(day) ?? 0,
          receivedAtMillis: indexed.receivedAtMillis - DISORDER_MILLIS,
          limit: maxUnindexed,
        },
      ) ?? []
    ).map((trace) => ({ ...trace, day }));

  const unindexed = (await days())
    .flatMap(unindexedOf)
    .filter((trace) => isAsked(trace.project, filter) && (after === null || isAfter(placeOf(trace), after)))
    .sort((a, b) => placeOrder(placeOf(a), placeOf(b)));
  const taken = new Set(unindexed.map(({ day, id }) => `${String(day)} ${String(id)}`));

  const toStep = (candidate: TextCandidate): SearchStep<PlacedTrace> => {
    const { day, project: held, startUnixNano: start, traceKey: key } = candidate;
    const row = isAsked(held, filter) ? (dayReader(day)?.match(held, key, filter) ?? null) : null;
    const isWanted = row !== null && !taken.has(`${String(day)} ${String(row.id)}`);
    return { key, project: held, start, trace: isWanted ? { day, id: row.id, project: held, key, start } : null };
  };

  let next = 0;
  let passed = 0;
  for await (const candidate of texts.candidates({ project, query, ...range, ...(after === null ? {} : { after }) })) {
    for (let ahead = unindexed[next]; ahead !== undefined; ahead = unindexed[++next]) {
      if (placeOrder(placeOf(ahead), candidate) > 0) break;
      yield stepOf(ahead);
    }
    if (++passed % TURN_STEPS === 0) await nextTurn();
    yield toStep(candidate);
  }
  for (const rest of unindexed.slice(next)) yield stepOf(rest);
};
