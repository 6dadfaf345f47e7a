import { type Prices, priceUsdOf, type SpanFacts } from '../../dialects/index.js';
import type { SpanType } from '../../document/index.js';

const CALLS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank', 'agent', 'workflow']);

/** Gives the short names of what the dialects tell of a span's call. */
export const eachToldName = (
  told: SpanFacts,
  prices: Prices | null,
  startMillis: number,
  add: (name: string, value: string | number | null) => void,
): void => {
  add('gen_ai.operation.name', told.operation);
  add('gen_ai.provider.name', told.provider);
  add('gen_ai.request.model', told.requestModel);
  add('gen_ai.response.model', told.responseModel);
  add('gen_ai.response.id', told.responseId);
  add('gen_ai.usage.input_tokens', told.inputTokens);
  add('gen_ai.usage.output_tokens', told.outputTokens);
  if (!CALLS.has(told.type)) return;
  add('llm.provider', told.provider);
  add('llm.model', told.model);
  add('llm.input_tokens', told.inputTokens);
  add('llm.output_tokens', told.outputTokens);
  add('llm.total_tokens', told.totalTokens);
  add('llm.cost', told.costUsd ?? (prices === null ? null : priceUsdOf(prices, told, startMillis)));
};
