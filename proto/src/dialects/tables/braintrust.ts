import { oneOf } from '../convert.js';
import type { Dialect, FieldRow } from '../table.js';

const TYPES = oneOf({
  llm: 'chat',
  tool: 'execute_tool',
  task: 'task',
  function: 'chain',
  score: 'evaluator',
  eval: 'evaluator',
});

const METRICS: readonly FieldRow[] = [
  ['prompt_tokens', 'gen_ai.usage.input_tokens'],
  ['completion_tokens', 'gen_ai.usage.output_tokens'],
  ['tokens', '#total'],
  ['prompt_cached_tokens', 'gen_ai.usage.cache_read.input_tokens'],
  ['prompt_cache_creation_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
  ['completion_reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens'],
  ['estimated_cost', 'llm.cost'],
  ['time_to_first_token', 'gen_ai.response.time_to_first_chunk'],
];

const METADATA: readonly FieldRow[] = [
  ['model', 'gen_ai.request.model'],
  ['provider', 'gen_ai.provider.name'],
  ['temperature', 'gen_ai.request.temperature'],
  ['max_tokens', 'gen_ai.request.max_tokens'],
  ['top_p', 'gen_ai.request.top_p'],
  ['user_id', 'user.id'],
  ['session_id', 'gen_ai.conversation.id'],
];

const TOOL = { only: ['execute_tool'] };

export const braintrust: Dialect = {
  name: 'braintrust',
  fields: [
    ['braintrust.span_attributes', [['type', 'gen_ai.operation.name', { read: TYPES }]]],
    ['braintrust.metadata', METADATA],
    ['braintrust.metrics', METRICS],
    ['braintrust.tags', 'tag.tags'],
    ['braintrust.input_json', 'gen_ai.tool.call.arguments', TOOL],
    ['braintrust.input', 'gen_ai.tool.call.arguments', TOOL],
    ['braintrust.output_json', 'gen_ai.tool.call.result', TOOL],
    ['braintrust.output', 'gen_ai.tool.call.result', TOOL],
  ],
  messages: [
    { from: 'braintrust.input_json', to: 'input', except: ['execute_tool'] },
    { from: 'braintrust.input', to: 'input', except: ['execute_tool'] },
    { from: 'braintrust.output_json', to: 'output', except: ['execute_tool'] },
    { from: 'braintrust.output', to: 'output', except: ['execute_tool'] },
    { from: 'braintrust.metadata', to: 'tools', at: 'tools' },
  ],
};
