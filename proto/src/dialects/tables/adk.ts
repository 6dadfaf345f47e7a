import type { Dialect } from '../table.js';

const AGENT = 'gcp.vertex.agent.';

/** Google's Agent Development Kit. */
export const adk: Dialect = {
  name: 'adk',
  fields: [
    [`${AGENT}tool_call_args`, 'gen_ai.operation.name', { read: () => 'execute_tool' }],
    [
      `${AGENT}llm_request`,
      [
        ['model', 'gen_ai.operation.name', { read: () => 'generate_content' }],
        ['model', 'gen_ai.request.model'],
        ['config.temperature', 'gen_ai.request.temperature'],
        ['config.top_p', 'gen_ai.request.top_p'],
        ['config.top_k', 'gen_ai.request.top_k'],
        ['config.max_output_tokens', 'gen_ai.request.max_tokens'],
      ],
    ],
    [
      `${AGENT}llm_response`,
      [
        ['usage_metadata.prompt_token_count', 'gen_ai.usage.input_tokens'],
        ['usage_metadata.candidates_token_count', 'gen_ai.usage.output_tokens'],
        ['usage_metadata.total_token_count', '#total'],
        ['usage_metadata.cached_content_token_count', 'gen_ai.usage.cache_read.input_tokens'],
        ['usage_metadata.thoughts_token_count', 'gen_ai.usage.reasoning.output_tokens'],
        ['finish_reason', 'gen_ai.response.finish_reasons'],
        ['model_version', 'gen_ai.response.model'],
      ],
    ],
    [`${AGENT}tool_call_args`, 'gen_ai.tool.call.arguments'],
    [`${AGENT}tool_response`, 'gen_ai.tool.call.result'],
    [`${AGENT}session_id`, 'gen_ai.conversation.id'],
  ],
  messages: [
    { from: `${AGENT}llm_request`, to: 'system', at: 'config.system_instruction' },
    { from: `${AGENT}llm_request`, to: 'input', at: 'contents' },
    { from: `${AGENT}llm_request`, to: 'tools', at: 'config.tools' },
    { from: `${AGENT}llm_response`, to: 'output', at: 'content' },
  ],
};
