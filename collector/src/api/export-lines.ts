import type { TraceQuery, TraceReader } from '../store/index.js';

const PAGE = 100;

/** Every trace that a query finds, one JSON document a line, page by page by cursor: memory holds one page. */
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
      limit: PAGE,
      offset: 0,
      includeSpans: true,
    });
    for (const trace of page.traces) yield `${JSON.stringify(trace)}\n`;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && !signal.aborted);
};
