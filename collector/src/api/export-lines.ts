import type { TraceQuery, TraceReader } from '../store/index.js';

const PAGE_TRACES = 100;

/**
 * Every trace that a query finds, one JSON document a line. Pages hold summaries and each document is read by itself,
 * so that memory holds one; a trace that is erased meanwhile is left out.
 */
export const exportLines = async function* (
  reader: TraceReader,
  query: TraceQuery,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let cursor = query.cursor;
  do {
    const page = await reader.find({
      ...query,
      ...(cursor === undefined ? {} : { cursor }),
      limit: PAGE_TRACES,
      offset: 0,
      includeSpans: false,
    });
    for (const { project, trace_key: key } of page.traces) {
      if (signal.aborted) return;
      const document = await reader.get(project, key);
      if (document !== null) yield `${JSON.stringify(document)}\n`;
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && !signal.aborted);
};
