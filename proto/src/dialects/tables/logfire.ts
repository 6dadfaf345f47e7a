import { always, number } from '../convert.js';
import type { Dialect } from '../table.js';

const AGENT_RUN = { read: always('invoke_agent') };
const TOOL = { only: ['execute_tool'] };

/** Some of their names are anybody's: `events`, `agent_name`. */
const isSpoken = (scopeName: string): boolean => /^(?:logfire|pydantic[-_.]ai)/.test(scopeName);

/** Logfire and Pydantic AI. `gen_ai.aggregated_usage.*` repeats what the calls say, so no row reads it. */
export const logfire: Dialect = {
  name: 'logfire',
  isSpoken,
  fields: [
    ['pydantic_ai.all_messages', 'gen_ai.operation.name', AGENT_RUN],
    ['all_messages_events', 'gen_ai.operation.name', AGENT_RUN],
    ['final_result', 'gen_ai.operation.name', AGENT_RUN],
    ['tool_arguments', 'gen_ai.operation.name', { read: always('execute_tool') }],
    ['tool_response', 'gen_ai.operation.name', { read: always('execute_tool') }],
    ['request_data', 'gen_ai.operation.name', { read: always('chat') }],
    ['model_name', 'gen_ai.request.model'],
    [
      'request_data',
      [
        ['model', 'gen_ai.request.model'],
        ['temperature', 'gen_ai.request.temperature'],
        ['stream', 'gen_ai.request.stream'],
      ],
    ],
    [
      'response_data',
      [
        ['usage.prompt_tokens', 'gen_ai.usage.input_tokens'],
        ['usage.input_tokens', 'gen_ai.usage.input_tokens'],
        ['usage.completion_tokens', 'gen_ai.usage.output_tokens'],
        ['usage.output_tokens', 'gen_ai.usage.output_tokens'],
        ['usage.total_tokens', '#total'],
        ['usage.prompt_tokens_details.cached_tokens', 'gen_ai.usage.cache_read.input_tokens'],
        ['usage.completion_tokens_details.reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens'],
      ],
    ],
    ['agent_name', 'gen_ai.agent.name'],
    ['logfire.tags', 'tag.tags'],
    ['operation.cost', 'llm.cost', { read: number }],
    ['gen_ai.usage.details.cache_read_tokens', 'gen_ai.usage.cache_read.input_tokens'],
    ['gen_ai.usage.details.cache_read_input_tokens', 'gen_ai.usage.cache_read.input_tokens'],
    ['gen_ai.usage.details.cached_tokens', 'gen_ai.usage.cache_read.input_tokens'],
    ['gen_ai.usage.details.cache_write_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
    ['gen_ai.usage.details.cache_creation_input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
    ['gen_ai.usage.details.reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens'],
    ['tool_arguments', 'gen_ai.tool.call.arguments', TOOL],
    ['tool_response', 'gen_ai.tool.call.result', TOOL],
  ],
  messages: [
    { from: 'pydantic_ai.all_messages', to: 'input' },
    { from: 'all_messages_events', to: 'input' },
    { from: 'events', to: 'input' },
    { from: 'events', to: 'output' },
    { from: 'request_data', to: 'input', at: 'messages' },
    { from: 'request_data', to: 'tools', at: 'tools' },
    { from: 'model_request_parameters', to: 'tools', at: 'function_tools' },
    { from: 'response_data', to: 'output', at: 'message' },
    { from: 'response_data', to: 'output', at: 'combined_chunk_content' },
    { from: 'final_result', to: 'output' },
  ],
};
