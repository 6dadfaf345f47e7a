import { oneOf } from '../convert.js';
import type { Dialect } from '../table.js';

/** Names that the GenAI semantic conventions had up to 1.36, and what became of each. */
export const otelBefore: Dialect = {
  name: 'otel-before',
  fields: [
    ['gen_ai.system', 'gen_ai.provider.name'],
    ['gen_ai.usage.prompt_tokens', 'gen_ai.usage.input_tokens'],
    ['gen_ai.usage.completion_tokens', 'gen_ai.usage.output_tokens'],
    ['gen_ai.openai.request.seed', 'gen_ai.request.seed'],
    [
      'gen_ai.openai.request.response_format',
      'gen_ai.output.type',
      { read: oneOf({ text: 'text', json_object: 'json', json_schema: 'json' }) },
    ],
    ['gen_ai.openai.request.service_tier', 'openai.request.service_tier'],
    ['gen_ai.openai.response.service_tier', 'openai.response.service_tier'],
    ['gen_ai.openai.response.system_fingerprint', 'openai.response.system_fingerprint'],
    ['gen_ai.response.finish_reason', 'gen_ai.response.finish_reasons'],
    // Extensions that several instrumentations share, OpenLIT and Pydantic AI among them.
    ['gen_ai.usage.total_tokens', '#total'],
    ['gen_ai.usage.cost', 'llm.cost'],
    ['gen_ai.usage.total_cost', 'llm.cost'],
    ['gen_ai.usage.cache_read_input_tokens', 'gen_ai.usage.cache_read.input_tokens'],
    ['gen_ai.usage.cache_creation_input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
    ['gen_ai.usage.reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens'],
    // Of Anthropic's own SDK.
    ['anthropic.message.stop_reason', 'gen_ai.response.finish_reasons'],
    ['gen_ai.request.is_stream', 'gen_ai.request.stream'],
    ['gen_ai.server.time_to_first_token', 'gen_ai.response.time_to_first_chunk'],
    ['gen_ai.request.user', 'user.id'],
    ['gen_ai.tool.args', 'gen_ai.tool.call.arguments'],
    ['gen_ai.tool.parameters', 'gen_ai.tool.call.arguments', { only: ['execute_tool'] }],
    ['gen_ai.tool.result', 'gen_ai.tool.call.result'],
    ['gen_ai.request.stop', 'gen_ai.request.stop_sequences'],
  ],
  messages: [
    { from: 'gen_ai.prompt', to: 'input', except: ['execute_tool', 'retrieval'] },
    { from: 'gen_ai.completion', to: 'output', except: ['execute_tool', 'retrieval'] },
  ],
};
