import { always, oneOf, record } from '../convert.js';
import type { Dialect } from '../table.js';

const OPERATIONS = oneOf({
  chat: 'chat',
  chat_completion: 'chat',
  'chat.completions': 'chat',
  'chat.completion': 'chat',
  messages: 'chat',
  generate: 'chat',
  completion: 'text_completion',
  text_completion: 'text_completion',
  embedding: 'embeddings',
  embeddings: 'embeddings',
  generate_content: 'generate_content',
  rerank: 'rerank',
});

const AGENT = { read: always('invoke_agent') };
const TOOL = { read: always('execute_tool') };
const RETRIEVAL = { read: always('retrieval') };

/** The names of the native SDKs, which a trace document shows for every dialect. */
export const noveum: Dialect = {
  name: 'noveum',
  fields: [
    ['llm.operation', 'gen_ai.operation.name', { read: OPERATIONS }],
    ['tool.operation', 'gen_ai.operation.name', TOOL],
    ['tool.input', 'gen_ai.operation.name', TOOL],
    ['tool.output', 'gen_ai.operation.name', TOOL],
    ['retrieval.query', 'gen_ai.operation.name', RETRIEVAL],
    ['agent.operation', 'gen_ai.operation.name', AGENT],
    ['agent.type', 'gen_ai.operation.name', AGENT],
    ['llm.provider', 'gen_ai.provider.name'],
    ['llm.model', 'gen_ai.request.model'],
    ['llm.request.model', 'gen_ai.request.model'],
    ['llm.input_tokens', 'gen_ai.usage.input_tokens'],
    ['llm.output_tokens', 'gen_ai.usage.output_tokens'],
    ['llm.total_tokens', '#total'],
    ['llm.usage.input_tokens', 'gen_ai.usage.input_tokens'],
    ['llm.usage.output_tokens', 'gen_ai.usage.output_tokens'],
    ['llm.cost', 'llm.cost'],
    ['llm.cost.total', 'llm.cost'],
    ['llm.cost.input', 'llm.cost.input'],
    ['llm.cost.output', 'llm.cost.output'],
    ['llm.temperature', 'gen_ai.request.temperature'],
    ['llm.max_tokens', 'gen_ai.request.max_tokens'],
    ['llm.top_p', 'gen_ai.request.top_p'],
    ['llm.stream', 'gen_ai.request.stream'],
    ['llm.request.temperature', 'gen_ai.request.temperature'],
    ['llm.request.max_tokens', 'gen_ai.request.max_tokens'],
    ['llm.request.top_p', 'gen_ai.request.top_p'],
    ['llm.request.stream', 'gen_ai.request.stream'],
    ['llm.finish_reason', 'gen_ai.response.finish_reasons'],
    ['llm.response.id', 'gen_ai.response.id'],
    ['agent.id', 'gen_ai.agent.id'],
    ['agent.name', 'gen_ai.agent.name'],
    ['agent.version', 'gen_ai.agent.version'],
    ['tool.name', 'gen_ai.tool.name'],
    ['tool.input', 'gen_ai.tool.call.arguments', { read: record }],
    ['tool.arguments', 'gen_ai.tool.call.arguments', { read: record }],
    ['tool.output', 'gen_ai.tool.call.result', { read: record }],
    ['tool.result', 'gen_ai.tool.call.result', { read: record }],
    ['retrieval.query', 'gen_ai.retrieval.query.text'],
  ],
  messages: [
    { from: 'llm.input.messages', to: 'input' },
    { from: 'llm.messages', to: 'input' },
    { from: 'llm.prompt', to: 'input' },
    { from: 'llm.output.messages', to: 'output' },
    { from: 'llm.output.response', to: 'output' },
    { from: 'llm.response', to: 'output' },
    { from: 'llm.tools', to: 'tools' },
  ],
};
