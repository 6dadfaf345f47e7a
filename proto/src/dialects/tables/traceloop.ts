import { always, oneOf } from '../convert.js';
import { toProviderOf } from '../providers.js';
import type { Dialect, FieldRow } from '../table.js';

const REQUEST_TYPES = oneOf({
  chat: 'chat',
  completion: 'text_completion',
  embedding: 'embeddings',
  rerank: 'rerank',
});

const KINDS = oneOf({
  workflow: 'invoke_workflow',
  agent: 'invoke_agent',
  tool: 'execute_tool',
  task: 'task',
  session: 'chain',
});

const PROVIDERS = toProviderOf({ google: 'gcp.gen_ai', azure: 'azure.ai.openai' });

const TOOL = { only: ['execute_tool'] };
const RETRIEVAL = { read: always('retrieval') };
const PROPERTIES = 'traceloop.association.properties.';

const ofProperties = (to: FieldRow[1], ...names: readonly string[]): FieldRow[] =>
  names.map((name): FieldRow => [`${PROPERTIES}${name}`, to]);

/** Traceloop's OpenLLMetry of both eras, and what others keep of it. */
export const traceloop: Dialect = {
  name: 'traceloop',
  fields: [
    ['traceloop.span.kind', 'gen_ai.operation.name', { read: KINDS }],
    ['llm.request.type', 'gen_ai.operation.name', { read: REQUEST_TYPES }],
    ['db.vector.query.top_k', 'gen_ai.operation.name', RETRIEVAL],
    // What each client of a vector database says of a query only.
    ['db.chroma.query.n_results', 'gen_ai.operation.name', RETRIEVAL],
    ['pinecone.query.top_k', 'gen_ai.operation.name', RETRIEVAL],
    ['db.milvus.search.collection_name', 'gen_ai.operation.name', RETRIEVAL],
    ['db.milvus.query.collection_name', 'gen_ai.operation.name', RETRIEVAL],
    ['db.marqo.search.query', 'gen_ai.operation.name', RETRIEVAL],
    ['gen_ai.guardrail.name', 'gen_ai.operation.name', { read: () => 'guardrail' }],
    ['gen_ai.task.kind', 'gen_ai.operation.name', { read: KINDS }],
    ['llm.vendor', 'gen_ai.provider.name', { read: PROVIDERS }],
    ['llm.request.model', 'gen_ai.request.model'],
    ['llm.response.model', 'gen_ai.response.model'],
    ['llm.usage.total_tokens', '#total'],
    ['llm.usage.prompt_tokens', 'gen_ai.usage.input_tokens'],
    ['llm.usage.completion_tokens', 'gen_ai.usage.output_tokens'],
    ['llm.usage.reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens'],
    ['llm.usage.cache_read_input_tokens', 'gen_ai.usage.cache_read.input_tokens'],
    ['llm.usage.cache_creation_input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
    ['llm.response.finish_reason', 'gen_ai.response.finish_reasons'],
    ['gen_ai.response.stop_reason', 'gen_ai.response.finish_reasons'],
    ['llm.response.stop_reason', 'gen_ai.response.finish_reasons'],
    ['gen_ai.is_streaming', 'gen_ai.request.stream'],
    ['llm.is_streaming', 'gen_ai.request.stream'],
    ['llm.temperature', 'gen_ai.request.temperature'],
    ['llm.top_p', 'gen_ai.request.top_p'],
    ['llm.top_k', 'gen_ai.request.top_k'],
    ['llm.frequency_penalty', 'gen_ai.request.frequency_penalty'],
    ['llm.presence_penalty', 'gen_ai.request.presence_penalty'],
    ['llm.chat.stop_sequences', 'gen_ai.request.stop_sequences'],
    ['llm.request.max_tokens', 'gen_ai.request.max_tokens'],
    ['gen_ai.request.max_completion_tokens', 'gen_ai.request.max_tokens'],
    ['gen_ai.request.n', 'gen_ai.request.choice.count'],
    ['db.vector.query.top_k', 'gen_ai.request.top_k'],
    ['db.chroma.query.n_results', 'gen_ai.request.top_k'],
    ['pinecone.query.top_k', 'gen_ai.request.top_k'],
    ['db.marqo.search.query', 'gen_ai.retrieval.query.text'],
    ['traceloop.entity.name', 'gen_ai.tool.name', TOOL],
    ['traceloop.entity.input', 'gen_ai.tool.call.arguments', TOOL],
    ['traceloop.entity.output', 'gen_ai.tool.call.result', TOOL],
    ['mcp.request.argument', 'gen_ai.tool.call.arguments', TOOL],
    ['mcp.response.value', 'gen_ai.tool.call.result', TOOL],
    ['traceloop.entity.name', 'gen_ai.agent.name', { only: ['invoke_agent'] }],
    ['traceloop.workflow.name', 'gen_ai.workflow.name'],
    ...ofProperties('gen_ai.conversation.id', 'session_id', 'thread_id', 'conversation_id', 'chat_id', 'sessionId'),
    ...ofProperties('user.id', 'user_id', 'userId'),
    ...ofProperties('tag.tags', 'tags'),
    ['gen_ai.user', 'user.id'],
    ['llm.user', 'user.id'],
    ['traceloop.prompt.key', 'gen_ai.prompt.name'],
    ['traceloop.prompt.version', 'gen_ai.prompt.version'],
  ],
  messages: [
    { from: 'gen_ai.prompt.', to: 'input' },
    { from: 'gen_ai.completion.', to: 'output' },
    { from: 'llm.prompts.', to: 'input' },
    { from: 'llm.completions.', to: 'output' },
    { from: 'llm.request.functions.', to: 'tools' },
    { from: 'gen_ai.task.input', to: 'input', except: ['execute_tool'] },
    { from: 'gen_ai.task.output', to: 'output', except: ['execute_tool'] },
    { from: 'traceloop.entity.input', to: 'input', except: ['execute_tool'] },
    { from: 'traceloop.entity.output', to: 'output', except: ['execute_tool'] },
  ],
};
