import { commaTexts, oneOf, queryText } from '../convert.js';
import type { Dialect, FieldRow } from '../table.js';

const KINDS = oneOf({
  llm: 'chat',
  chain: '#chain',
  tool: 'execute_tool',
  retriever: 'retrieval',
  embedding: 'embeddings',
  prompt: 'prompt',
  parser: 'chain',
});

const MODEL_TYPES = oneOf({ chat: 'chat', llm: 'text_completion' });

const USAGE: readonly FieldRow[] = [
  ['input_tokens', 'gen_ai.usage.input_tokens'],
  ['output_tokens', 'gen_ai.usage.output_tokens'],
  ['total_tokens', '#total'],
  ['input_token_details.cache_read', 'gen_ai.usage.cache_read.input_tokens'],
  ['input_token_details.cache_creation', 'gen_ai.usage.cache_creation.input_tokens'],
  ['output_token_details.reasoning', 'gen_ai.usage.reasoning.output_tokens'],
  ['total_cost', 'llm.cost'],
];

const TOOL = { only: ['execute_tool'] };
const RETRIEVAL = { only: ['retrieval'] };

/** LangSmith's own OpenTelemetry exporter. Its input tokens hold the cached ones; details may be Python's repr. */
export const langsmith: Dialect = {
  name: 'langsmith',
  fields: [
    ['langsmith.span.kind', 'gen_ai.operation.name', { read: KINDS }],
    ['langsmith.metadata.ls_model_type', 'gen_ai.operation.name', { read: MODEL_TYPES }],
    ['langsmith.metadata.ls_provider', 'gen_ai.provider.name'],
    ['langsmith.metadata.ls_model_name', 'gen_ai.request.model'],
    ['langsmith.metadata.ls_temperature', 'gen_ai.request.temperature'],
    ['langsmith.metadata.ls_max_tokens', 'gen_ai.request.max_tokens'],
    ['langsmith.metadata.ls_stop', 'gen_ai.request.stop_sequences'],
    ['langsmith.usage_metadata', USAGE],
    ['langsmith.metadata.usage_metadata', USAGE],
    [
      'gen_ai.usage.input_token_details',
      [
        ['cache_read', 'gen_ai.usage.cache_read.input_tokens'],
        ['cache_creation', 'gen_ai.usage.cache_creation.input_tokens'],
      ],
    ],
    ['gen_ai.usage.output_token_details', [['reasoning', 'gen_ai.usage.reasoning.output_tokens']]],
    ['langsmith.metadata.session_id', 'gen_ai.conversation.id'],
    ['langsmith.metadata.thread_id', 'gen_ai.conversation.id'],
    ['langsmith.metadata.conversation_id', 'gen_ai.conversation.id'],
    ['langsmith.metadata.user_id', 'user.id'],
    ['langsmith.span.tags', 'tag.tags', { read: commaTexts }],
    ['gen_ai.prompt', 'gen_ai.tool.call.arguments', TOOL],
    ['gen_ai.completion', 'gen_ai.tool.call.result', TOOL],
    ['gen_ai.prompt', 'gen_ai.retrieval.query.text', { ...RETRIEVAL, read: queryText }],
  ],
  messages: [{ from: 'gen_ai.completion', to: 'documents', ...RETRIEVAL }],
};
