import { outlineOf, summaryOf, type TraceDocument } from 'noveum-proto';

import { matchStored } from '../match-stored.js';
import type { TracePage, TraceQuery, TraceReader } from '../trace-store.js';
import type { StoreAnalytics } from '../analytics.js';
import { createMemoryAnalytics } from './memory-analytics.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { facetsOf } from './facets.js';
import { groupsOf } from './groups.js';
import { fittingFilters, matches } from '../matches.js';
import { type MemoryState, placeName } from './memory-writer.js';
import { comparePlaces, placeOf } from './order.js';

const COUNT_LIMIT = 10_000;

const documentsOf = (state: MemoryState): TraceDocument[] =>
  [...state.traces.values()].map((trace) => trace.document()).filter((document) => document !== null);

const totalOf = (found: number, count: TraceQuery['count']): Pick<TracePage, 'total' | 'totalRelation'> =>
  count === 'exact' || found <= COUNT_LIMIT
    ? { total: found, totalRelation: 'eq' }
    : { total: COUNT_LIMIT, totalRelation: 'gte' };

/** What of a document's texts answers; undefined: nothing is asked of them, null: it doesn't. */
const textMatches = (state: MemoryState, query: TraceQuery) => {
  const { text } = query.filter;
  if (text === undefined) return () => undefined;
  if (query.sort.field !== 'start_time' || query.sort.direction !== 'desc')
    throw new Error('what is asked of texts is answered in the order of start_time only, the latest first');
  const match = matchStored(text);
  return ({ project, trace_key: key }: TraceDocument) => {
    return match(state.traces.get(placeName(project, key))?.fragments() ?? [], true).matches;
  };
};

const findPage = (state: MemoryState, query: TraceQuery): TracePage => {
  const { field, direction } = query.sort;
  const matchesOf = textMatches(state, query);
  const found = documentsOf(state)
    .filter((document) => matches(document, query.filter))
    .map((document) => ({ document, matches: matchesOf(document), place: placeOf(document, field) }))
    .filter((found) => found.matches !== null)
    .sort((a, b) => comparePlaces(a.place, b.place, direction));
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor, query.sort);
  const rest =
    after === null
      ? found.slice(query.offset)
      : found.filter(({ place }) => comparePlaces(place, after, direction) > 0);
  const page = rest.slice(0, query.limit);
  const last = page.at(-1);
  return {
    traces: page.map(({ document, matches: found }) => ({
      ...summaryOf(document),
      ...(found === undefined || found === null ? {} : { matches: found }),
    })),
    ...totalOf(found.length, query.count),
    nextCursor: last === undefined || rest.length === page.length ? null : encodeCursor(last.place, query.sort),
  };
};

const newestOf = (documents: readonly TraceDocument[]): TraceDocument | null => {
  const place = (document: TraceDocument) => placeOf(document, 'start_time');
  return documents.toSorted((a, b) => comparePlaces(place(a), place(b), 'desc'))[0] ?? null;
};

const documentIn = (state: MemoryState, project: string | null, traceKey: string): TraceDocument | null =>
  project === null
    ? newestOf(documentsOf(state).filter((document) => document.trace_key === traceKey))
    : (state.traces.get(placeName(project, traceKey))?.document() ?? null);

export const createMemoryReader = (state: MemoryState): TraceReader & StoreAnalytics => ({
  ...createMemoryAnalytics(() => documentsOf(state)),
  find: async (query) => Promise.resolve(findPage(state, query)),
  get: (project, traceKey) => Promise.resolve(documentIn(state, project, traceKey)),
  outline(project, traceKey) {
    const document = documentIn(state, project, traceKey);
    return Promise.resolve(document === null ? null : outlineOf(document, state.reading.prices ?? null));
  },
  spans(project, traceKey, spanIds) {
    const document = documentIn(state, project, traceKey);
    return Promise.resolve(document?.spans.filter((span) => spanIds.includes(span.span_id)) ?? null);
  },
  summaries: (places, filters) =>
    Promise.resolve(
      places.flatMap(({ project, traceKey }) => {
        const document = state.traces.get(placeName(project, traceKey))?.document() ?? null;
        const fits = document === null ? [] : fittingFilters(document, filters);
        return document === null || fits.length === 0 ? [] : [{ summary: summaryOf(document), fits }];
      }),
    ),
  facets: async (query) => Promise.resolve(facetsOf(documentsOf(state), query)),
  groups: async (query) => Promise.resolve(groupsOf(documentsOf(state), query)),
  usage: (project) =>
    Promise.resolve(
      [...state.usage.values()]
        .filter((usage) => project === null || usage.project === project)
        .sort((a, b) => (a.day + a.project < b.day + b.project ? -1 : 1)),
    ),
  close: () => Promise.resolve(),
});
