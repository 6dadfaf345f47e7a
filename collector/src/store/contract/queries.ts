import type { TraceDocument, TraceSummary } from 'noveum-proto';

import type { TraceFilter, TracePage, TraceQuery, TraceReader } from '../trace-store.js';

export const EVERYTHING: TraceFilter = { project: 'shop', equals: {}, notEquals: {}, tags: [], compare: [] };

export const query = (changes: Partial<TraceQuery> = {}): TraceQuery => ({
  filter: EVERYTHING,
  sort: { field: 'start_time', direction: 'desc' },
  limit: 100,
  offset: 0,
  count: 'bounded',
  ...changes,
});

export const keysOf = (traces: readonly TraceSummary[]): string[] =>
  traces.map((trace) => `${trace.project}/${trace.trace_key}`);

/** The documents of a page, each read by itself. */
export const documentsOf = async (reader: TraceReader, asked: TraceQuery): Promise<(TraceDocument | null)[]> =>
  Promise.all(
    (await reader.find(asked)).traces.map(({ project, trace_key: traceKey }) => reader.get(project, traceKey)),
  );

const MAX_PAGES = 200;

/** Follows cursors to the end; `between` runs after each page. */
export const walk = async (
  reader: TraceReader,
  first: TraceQuery,
  between: (page: TracePage) => Promise<void> = async () => {},
): Promise<TracePage[]> => {
  const pages: TracePage[] = [];
  let cursor: string | null = null;
  do {
    const page: TracePage = await reader.find(cursor === null ? first : { ...first, cursor });
    pages.push(page);
    cursor = page.nextCursor;
    await between(page);
  } while (cursor !== null && pages.length < MAX_PAGES);
  return pages;
};
