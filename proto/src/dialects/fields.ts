import { type Convert, count, label, number, onlyTrue, record, sequences, texts } from './convert.js';
import { toFinishReasons } from './finish-reasons.js';
import { toOperation } from './operations.js';
import { toProvider } from './providers.js';

/**
 * What a table can fill, and how a value is read unless its row says otherwise. Names with `#` are notes for the rules
 * and never shown: `#session` a session named beside the conversation, `#cache` whether input tokens hold the cached
 * ones (`within`, `apart`, `apart-if-anthropic`), `#total` the sum as sent, `#model` a model that may be the one that
 * answered.
 */
export const FIELDS = {
  'gen_ai.operation.name': toOperation,
  'gen_ai.provider.name': toProvider,
  'gen_ai.request.model': label,
  'gen_ai.response.model': label,
  'gen_ai.response.id': label,
  'gen_ai.usage.input_tokens': count,
  'gen_ai.usage.output_tokens': count,
  'gen_ai.usage.cache_read.input_tokens': count,
  'gen_ai.usage.cache_creation.input_tokens': count,
  'gen_ai.usage.reasoning.output_tokens': count,
  '#total': count,
  '#cache': label,
  '#session': label,
  '#model': label,
  'llm.cost': number,
  'llm.cost.input': number,
  'llm.cost.output': number,
  'gen_ai.conversation.id': label,
  'user.id': label,
  'openai.request.service_tier': label,
  'openai.response.service_tier': label,
  'tag.tags': texts,
  // What roll-ups need ends here.
  'gen_ai.response.finish_reasons': toFinishReasons,
  'gen_ai.response.time_to_first_chunk': number,
  'gen_ai.request.stream': onlyTrue,
  'gen_ai.request.max_tokens': count,
  'gen_ai.request.temperature': number,
  'gen_ai.request.top_p': number,
  'gen_ai.request.top_k': number,
  'gen_ai.request.frequency_penalty': number,
  'gen_ai.request.presence_penalty': number,
  'gen_ai.request.stop_sequences': sequences,
  'gen_ai.request.seed': number,
  'gen_ai.request.choice.count': count,
  'gen_ai.request.encoding_formats': texts,
  'gen_ai.embeddings.dimension.count': count,
  'gen_ai.output.type': label,
  'gen_ai.agent.id': label,
  'gen_ai.agent.name': label,
  'gen_ai.agent.description': label,
  'gen_ai.agent.version': label,
  'gen_ai.data_source.id': label,
  'gen_ai.workflow.name': label,
  'gen_ai.tool.name': label,
  'gen_ai.tool.call.id': label,
  'gen_ai.tool.description': label,
  'gen_ai.tool.type': label,
  'gen_ai.tool.call.arguments': record,
  'gen_ai.tool.call.result': record,
  'gen_ai.retrieval.query.text': label,
  'gen_ai.prompt.name': label,
  'gen_ai.prompt.version': label,
  'openai.api.type': label,
  'openai.response.system_fingerprint': label,
  'error.type': label,
} as const satisfies Readonly<Record<string, Convert>>;

export type Field = keyof typeof FIELDS;

export const FIELD_NAMES = Object.keys(FIELDS) as readonly Field[];

/** The place of each field in what was found. */
export const SLOTS = Object.fromEntries(FIELD_NAMES.map((field, at) => [field, at])) as Readonly<Record<Field, number>>;

/** Fields before this place are all that a roll-up needs. */
export const FACT_FIELDS = SLOTS['tag.tags'] + 1;
