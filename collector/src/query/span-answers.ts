import type { OutlineSpan } from 'noveum-proto';

import type { TraceReader } from '../store/index.js';
import { joinText, type JsonText, listText } from './json-text.js';
import type { SpansQuery } from './parse-spans-query.js';
import { encodeSpanCursor, type SpanCursor } from './span-cursor.js';

export interface AskedPlace {
  /** Null: any project. */
  readonly project: string | null;
  readonly traceKey: string;
}

export interface SpansText {
  /** As first sent. */
  readonly traceId: string;
  /** A JSON array. */
  readonly spans: JsonText;
  /** Spans of the trace. */
  readonly total: number;
  /** Null at the end. */
  readonly nextCursor: string | null;
}

/** Parts of traces as text. */
export interface SpanAnswers {
  /** Null: there is no such trace. Throws TraceTooLarge. */
  spans(place: AskedPlace, query: SpansQuery): Promise<SpansText | null>;
  /** `span` null: the trace has no such. Null: there is no such trace. Throws TraceTooLarge. */
  span(place: AskedPlace, spanId: string): Promise<{ readonly span: JsonText | null } | null>;
}

const byStart = (a: OutlineSpan, b: OutlineSpan): number => {
  const order = a.start_unix_nano.length - b.start_unix_nano.length;
  if (order !== 0) return order;
  if (a.start_unix_nano !== b.start_unix_nano) return a.start_unix_nano < b.start_unix_nano ? -1 : 1;
  return a.span_id < b.span_id ? -1 : 1;
};

/** Where a page begins; spans may have come since the one before it. */
const beginningAfter = (rows: readonly OutlineSpan[], { index, spanId }: SpanCursor): number => {
  if (rows[index]?.span_id === spanId) return index + 1;
  const moved = rows.findIndex((row) => row.span_id === spanId);
  return moved < 0 ? index : moved + 1;
};

export const createSpanAnswers = (reader: TraceReader): SpanAnswers => ({
  async spans({ project, traceKey }, { after, limit, view }) {
    const outline = await reader.outline(project, traceKey);
    if (outline === null) return null;
    const rows = view === 'outline' ? outline.spans : outline.spans.toSorted(byStart);
    const begin = after === null ? 0 : beginningAfter(rows, after);
    const page = rows.slice(begin, limit === null ? undefined : begin + limit);
    const end = begin + page.length;
    const last = page.at(-1);
    const spans =
      view === 'outline'
        ? page
        : await reader.spans(
            project,
            traceKey,
            page.map((row) => row.span_id),
          );
    return {
      traceId: outline.traceId,
      spans: joinText(listText<unknown>(spans ?? [])),
      total: rows.length,
      nextCursor:
        last === undefined || end >= rows.length ? null : encodeSpanCursor({ index: end - 1, spanId: last.span_id }),
    };
  },
  async span({ project, traceKey }, spanId) {
    for (const id of new Set([spanId, spanId.toLowerCase()])) {
      const spans = await reader.spans(project, traceKey, [id]);
      if (spans === null) return null;
      if (spans[0] !== undefined) return { span: joinText([JSON.stringify(spans[0])]) };
    }
    return { span: null };
  },
});
