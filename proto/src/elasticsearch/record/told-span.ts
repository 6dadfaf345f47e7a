import { createFactsReader, type Prices, STATUS_LEVEL_KEY, toldStatusOf } from '../../dialects/index.js';
import type { Json, SpanDocument } from '../../document/index.js';
import { eachToldName } from './told-names.js';

const NANOS_PER_MILLI = 1e6;

const facts = createFactsReader();

/**
 * A span as it was sent, with its type and the short names of what the dialects tell of its call. What repeats texts in
 * another form (messages, `llm.prompt`) is in the trace's document, and here under the names it was sent by.
 */
export const toldSpan = (span: SpanDocument, prices: Prices | null): SpanDocument => {
  const { attributes: sent, scope } = span;
  const told = facts.read(sent, { scope, isRoot: span.parent_span_id === null });
  const status = toldStatusOf(span.status, sent[STATUS_LEVEL_KEY]);
  if (told === null) return status === span.status ? span : { ...span, status };
  const attributes: Record<string, Json> = { ...sent };
  eachToldName(told, prices, Number(span.start_unix_nano) / NANOS_PER_MILLI, (name, value) => {
    if (value !== null && !Object.hasOwn(sent, name)) attributes[name] = value;
  });
  return { ...span, type: span.type === 'span' ? told.type : span.type, status, attributes };
};
