import { always } from '../convert.js';
import type { Dialect } from '../table.js';

const TOOL = { read: always('execute_tool') };

/** LiveKit Agents. */
export const livekit: Dialect = {
  name: 'livekit',
  fields: [
    ['lk.function_tool.name', 'gen_ai.operation.name', TOOL],
    ['lk.function_tool.output', 'gen_ai.operation.name', TOOL],
    ['lk.function_tool.name', 'gen_ai.tool.name'],
    ['lk.function_tool.id', 'gen_ai.tool.call.id'],
    ['lk.function_tool.arguments', 'gen_ai.tool.call.arguments'],
    ['lk.function_tool.output', 'gen_ai.tool.call.result'],
    ['lk.agent_name', 'gen_ai.agent.name'],
    ['lk.agent_label', 'gen_ai.agent.name'],
    [
      'lk.llm_metrics',
      [
        ['prompt_tokens', 'gen_ai.usage.input_tokens'],
        ['completion_tokens', 'gen_ai.usage.output_tokens'],
        ['total_tokens', '#total'],
        ['prompt_cached_tokens', 'gen_ai.usage.cache_read.input_tokens'],
        ['ttft', 'gen_ai.response.time_to_first_chunk'],
      ],
    ],
    ['lk.session_id', 'gen_ai.conversation.id'],
  ],
  messages: [
    { from: 'lk.chat_ctx', to: 'input' },
    { from: 'lk.input_text', to: 'input' },
    { from: 'lk.user_input', to: 'input' },
    { from: 'lk.user_transcript', to: 'input' },
    { from: 'lk.response.text', to: 'output' },
    { from: 'lk.response.function_calls', to: 'output' },
    { from: 'lk.function_tools', to: 'tools' },
  ],
};
