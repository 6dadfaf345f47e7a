import {
  createFactsReader,
  type Json,
  type Prices,
  priceUsdOf,
  type SpanDocument,
  type SpanType,
  STATUS_LEVEL_KEY,
  toldStatusOf,
} from 'noveum-proto';

const NANOS_PER_MILLI = 1e6;
const CALLS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank', 'agent', 'workflow']);

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
  const add = (name: string, value: Json): void => {
    if (value !== null && !Object.hasOwn(sent, name)) attributes[name] = value;
  };
  add('gen_ai.operation.name', told.operation);
  add('gen_ai.provider.name', told.provider);
  add('gen_ai.request.model', told.requestModel);
  add('gen_ai.response.model', told.responseModel);
  add('gen_ai.response.id', told.responseId);
  add('gen_ai.usage.input_tokens', told.inputTokens);
  add('gen_ai.usage.output_tokens', told.outputTokens);
  if (CALLS.has(told.type)) {
    add('llm.provider', told.provider);
    add('llm.model', told.model);
    add('llm.input_tokens', told.inputTokens);
    add('llm.output_tokens', told.outputTokens);
    add('llm.total_tokens', told.totalTokens);
    const startMillis = Number(span.start_unix_nano) / NANOS_PER_MILLI;
    add('llm.cost', told.costUsd ?? (prices === null ? null : priceUsdOf(prices, told, startMillis)));
  }
  return { ...span, type: span.type === 'span' ? told.type : span.type, status, attributes };
};
