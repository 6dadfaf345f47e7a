import type { TraceAnswers, TraceForm, TracePlace } from '../query/index.js';
import type { TraceQuery } from '../store/index.js';
import type { RouteContext } from './route.js';
import { wholeTraces } from './whole-traces.js';

const PAGE_TRACES = 100;
const LINE_END = Buffer.from('\n');

const placesByPage = async function* (
  answers: TraceAnswers,
  query: TraceQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly TracePlace[]> {
  let cursor = query.cursor;
  do {
    const page = await answers.page({
      ...query,
      ...(cursor === undefined ? {} : { cursor }),
      limit: PAGE_TRACES,
      offset: 0,
    });
    // A trace is exported as it is, whatever was looked for.
    yield page.places.map(({ project, traceKey }) => ({ project, traceKey }));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && !signal.aborted);
};

/** Every trace that a query finds, one a line: its document, or OTLP's TracesData as OTLP's file exporter writes it. */
export const exportLines = async function* (
  answers: TraceAnswers,
  query: TraceQuery,
  form: Extract<TraceForm, 'document' | 'otlp'>,
  context: RouteContext,
): AsyncGenerator<Uint8Array> {
  for await (const text of wholeTraces(answers, placesByPage(answers, query, context.signal), context, form)) {
    yield* text;
    yield LINE_END;
  }
};
