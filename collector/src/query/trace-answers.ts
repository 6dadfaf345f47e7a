import { analyticsOf, outlineOf, type Prices, type TraceAnalytics } from 'noveum-proto';

import type {
  ProjectUsage,
  ShownMatch,
  TraceFilter,
  TracePage,
  TracePlace,
  TraceQuery,
  TraceReader,
} from '../store/index.js';
import { createFacetAnswers, type FacetAnswers } from './facet-answers.js';
import { createGraphAnswers, type GraphAnswers } from './graph-answers.js';
import { joinText, type JsonText, listText } from './json-text.js';
import { createSpanAnswers, type AskedPlace, type SpanAnswers } from './span-answers.js';
import { createTableAnswers, type TableAnswers } from './table-answers.js';
import { type TraceForm, traceText } from './trace-text.js';

/** A trace of a page. */
export interface ListedPlace extends TracePlace {
  /** What is shown of its texts where they were asked for; it is told of the whole trace too. */
  readonly matches?: readonly ShownMatch[];
}

export interface PageText extends Omit<TracePage, 'traces'> {
  /** The summaries: a JSON array. */
  readonly summaries: JsonText;
  /** The same traces in the same order, to be read whole. */
  readonly places: readonly ListedPlace[];
}

export interface FittingText extends TracePlace {
  /** The summary: a JSON object in one line. */
  readonly text: string;
  readonly fits: readonly number[];
}

export interface TraceText {
  /** As first sent. */
  readonly traceId: string;
  readonly text: JsonText;
  /** Where it was asked for. */
  readonly analytics?: TraceAnalytics;
}

/**
 * The read side of a store as text. It lives in the thread that reads, since making JSON of traces takes as long as
 * reading them; what one call gives is a page of summaries or one trace, never a list of whole traces.
 */
export interface TraceAnswers extends SpanAnswers, GraphAnswers, TableAnswers, FacetAnswers {
  /** Throws UnusableCursor. */
  page(query: TraceQuery): Promise<PageText>;
  /** null: there is no such trace. Throws TraceTooLarge. */
  trace(place: AskedPlace & Pick<ListedPlace, 'matches'>, form: TraceForm): Promise<TraceText | null>;
  /** See `TraceReader.expect`. */
  expect(places: readonly TracePlace[]): Promise<void>;
  /** See `TraceReader.summaries`. */
  summaries(places: readonly TracePlace[], filters: readonly TraceFilter[]): Promise<readonly FittingText[]>;
  usage(project: string | null): Promise<readonly ProjectUsage[]>;
  /** The version of the price book that costs are computed by; null: none are. */
  priceBook(): Promise<string | null>;
  close(): Promise<void>;
}

/** What costs are computed by. */
type Book = Prices & { readonly version: string };

/** `book`: the one that the reader's documents are made with. */
export const createTraceAnswers = (reader: TraceReader, book: Book | null = null): TraceAnswers => ({
  ...createSpanAnswers(reader),
  ...createGraphAnswers(reader),
  ...createTableAnswers(reader),
  ...createFacetAnswers(reader),
  async page(query) {
    const { traces, ...paging } = await reader.find(query);
    return {
      ...paging,
      summaries: joinText(listText(traces)),
      places: traces.map(({ matches, project, trace_key: traceKey }) => ({
        project,
        traceKey,
        ...(matches === undefined ? {} : { matches }),
      })),
    };
  },
  async trace({ matches, project, traceKey }, form) {
    const document = await reader.get(project, traceKey, form === 'otlp' ? 'sent' : 'all');
    if (document === null) return null;
    const text = joinText(traceText(matches === undefined ? document : { ...document, matches }, form));
    const analytics =
      form === 'analysed' ? { analytics: analyticsOf(outlineOf(document, book).rows(), document.duration_ms) } : {};
    return { traceId: document.trace_id, text, ...analytics };
  },
  expect(places) {
    reader.expect?.(places);
    return Promise.resolve();
  },
  async summaries(places, filters) {
    const found = await reader.summaries(places, filters);
    return found.map(({ summary, fits }) => {
      const { project, trace_key: traceKey } = summary;
      return { project, traceKey, text: JSON.stringify(summary), fits };
    });
  },
  usage: (project) => reader.usage(project),
  priceBook: () => Promise.resolve(book?.version ?? null),
  close: () => reader.close(),
});
