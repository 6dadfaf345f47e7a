import type { ProjectUsage, TracePage, TraceQuery, TraceReader } from '../store/index.js';
import { joinText, type JsonText, listText } from './json-text.js';
import { type TraceForm, traceText } from './trace-text.js';

/** Where a trace is found again. */
export interface TracePlace {
  readonly project: string;
  readonly traceKey: string;
}

export interface PageText extends Omit<TracePage, 'traces'> {
  /** The summaries: a JSON array. */
  readonly summaries: JsonText;
  /** The same traces in the same order, to be read whole. */
  readonly places: readonly TracePlace[];
}

export interface TraceText {
  /** As first sent. */
  readonly traceId: string;
  readonly text: JsonText;
}

/**
 * The read side of a store as text. It lives in the thread that reads, since making JSON of traces takes as long as
 * reading them; what one call gives is a page of summaries or one trace, never a list of whole traces.
 */
export interface TraceAnswers {
  /** Throws UnusableCursor. */
  page(query: TraceQuery): Promise<PageText>;
  /** null: there is no such trace. Throws TraceTooLarge. */
  trace(
    place: { readonly project: string | null; readonly traceKey: string },
    form: TraceForm,
  ): Promise<TraceText | null>;
  usage(project: string | null): Promise<readonly ProjectUsage[]>;
  close(): Promise<void>;
}

export const createTraceAnswers = (reader: TraceReader): TraceAnswers => ({
  async page(query) {
    const { traces, ...paging } = await reader.find(query);
    return {
      ...paging,
      summaries: joinText(listText(traces)),
      places: traces.map(({ project, trace_key: traceKey }) => ({ project, traceKey })),
    };
  },
  async trace({ project, traceKey }, form) {
    const document = await reader.get(project, traceKey);
    return document === null ? null : { traceId: document.trace_id, text: joinText(traceText(document, form)) };
  },
  usage: (project) => reader.usage(project),
  close: () => reader.close(),
});
