import type { JsonText, TraceAnswers, TraceForm, TracePlace } from '../query/index.js';
import type { RouteContext } from './route.js';

/**
 * Documents of pages of traces one after the other, each read when the one before it has been taken, so that memory holds one; a trace
 * that is erased meanwhile is left out.
 */
export const wholeTraces = async function* (
  answers: TraceAnswers,
  pages: AsyncIterable<readonly TracePlace[]> | Iterable<readonly TracePlace[]>,
  { signal, hold }: RouteContext,
  form: TraceForm = 'document',
): AsyncGenerator<JsonText> {
  let answer: 'new' | 'begun' = 'new';
  for await (const places of pages) {
    await answers.expect(places);
    for (const place of places) {
      if (signal.aborted) return;
      const found = await answers.trace(place, form);
      if (found === null) continue;
      const release = hold(found.text, answer);
      answer = 'begun';
      try {
        yield found.text;
      } finally {
        release();
      }
    }
  }
};
