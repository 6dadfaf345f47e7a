import type { TraceOutline } from 'noveum-proto';

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

const idsOf = (outline: TraceOutline, view: SpansQuery['view'], from?: number, to?: number): string[] =>
  view === 'outline' ? outline.idsInTree(from, to) : outline.idsByStart(from, to);

/** Where a page begins; spans may have come since the one before it. */
const beginningAfter = (outline: TraceOutline, view: SpansQuery['view'], { index, spanId }: SpanCursor): number => {
  if (idsOf(outline, view, index, index + 1)[0] === spanId) return index + 1;
  const moved = idsOf(outline, view).indexOf(spanId);
  return moved < 0 ? index : moved + 1;
};

export const createSpanAnswers = (reader: TraceReader): SpanAnswers => ({
  async spans({ project, traceKey }, { after, limit, view }) {
    const outline = await reader.outline(project, traceKey);
    if (outline === null) return null;
    const begin = after === null ? 0 : beginningAfter(outline, view, after);
    const end = limit === null ? outline.size : Math.min(outline.size, begin + limit);
    const ids = idsOf(outline, view, begin, end);
    const spans = view === 'outline' ? outline.rows(begin, end) : ((await reader.spans(project, traceKey, ids)) ?? []);
    const last = ids.at(-1);
    return {
      traceId: outline.traceId,
      spans: joinText(listText<unknown>(spans)),
      total: outline.size,
      nextCursor: last === undefined || end >= outline.size ? null : encodeSpanCursor({ index: end - 1, spanId: last }),
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
