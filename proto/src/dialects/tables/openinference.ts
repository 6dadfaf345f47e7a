import type { Attributes, Json } from '../../document/index.js';
import { always, isRecord, lengthOf, oneOf, queryText } from '../convert.js';
import { lenientJson } from '../lenient-json.js';
import { toProviderOf } from '../providers.js';
import type { Dialect, FieldRow, TableRow } from '../table.js';

const OPERATIONS = oneOf({
  llm: 'chat',
  embedding: 'embeddings',
  chain: '#chain',
  retriever: 'retrieval',
  reranker: 'rerank',
  tool: 'execute_tool',
  agent: 'invoke_agent',
  guardrail: 'guardrail',
  evaluator: 'evaluator',
  prompt: 'prompt',
});

const HOSTS = toProviderOf({ google: 'gcp.gemini', azure: 'azure.ai.openai', aws: 'aws.bedrock' });
const PRODUCTS = toProviderOf({ google: 'gcp.gemini', vertexai: 'gcp.vertex_ai', amazon: 'aws.bedrock' });

/** Keys of a request as providers name them. */
const PARAMETERS: readonly FieldRow[] = [
  ['temperature', 'gen_ai.request.temperature'],
  ['top_p', 'gen_ai.request.top_p'],
  ['top_k', 'gen_ai.request.top_k'],
  ['max_tokens', 'gen_ai.request.max_tokens'],
  ['max_completion_tokens', 'gen_ai.request.max_tokens'],
  ['max_output_tokens', 'gen_ai.request.max_tokens'],
  ['frequency_penalty', 'gen_ai.request.frequency_penalty'],
  ['presence_penalty', 'gen_ai.request.presence_penalty'],
  ['stop', 'gen_ai.request.stop_sequences'],
  ['stop_sequences', 'gen_ai.request.stop_sequences'],
  ['seed', 'gen_ai.request.seed'],
  ['n', 'gen_ai.request.choice.count'],
  ['stream', 'gen_ai.request.stream'],
  ['user', 'user.id'],
  ['service_tier', 'openai.request.service_tier'],
];

const asked = (from: string): TableRow => [from, [['model', 'gen_ai.request.model'], ...PARAMETERS]];

const TOOL = { only: ['execute_tool'] };

/** The way of calling a function before there were tools. */
const composeCall = (attributes: Attributes): Json | undefined => {
  const call = lenientJson(attributes['llm.function_call'] ?? null);
  return isRecord(call) ? [{ role: 'assistant', function_call: call }] : undefined;
};

/** Arize's OpenInference. */
export const openinference: Dialect = {
  name: 'openinference',
  fields: [
    ['llm.prompts.0.prompt.text', 'gen_ai.operation.name', { read: always('text_completion') }],
    ['openinference.span.kind', 'gen_ai.operation.name', { read: OPERATIONS }],
    // Vertex as a product says more than Google as a host.
    ['llm.system', 'gen_ai.provider.name', { read: oneOf({ vertexai: 'gcp.vertex_ai' }) }],
    ['llm.provider', 'gen_ai.provider.name', { read: HOSTS }],
    ['llm.system', 'gen_ai.provider.name', { read: PRODUCTS }],
    ['llm.request.model_name', 'gen_ai.request.model'],
    asked('llm.invocation_parameters'),
    [
      'embedding.invocation_parameters',
      [
        ['model', 'gen_ai.request.model'],
        ['encoding_format', 'gen_ai.request.encoding_formats'],
      ],
    ],
    ['llm.model_name', 'gen_ai.request.model'],
    ['llm.model_name', '#model'],
    ['embedding.model_name', 'gen_ai.request.model'],
    ['reranker.model_name', 'gen_ai.request.model'],
    ['llm.response.model_name', 'gen_ai.response.model'],
    ['llm.finish_reason', 'gen_ai.response.finish_reasons'],
    ['llm.token_count.prompt', 'gen_ai.usage.input_tokens'],
    ['llm.token_count.completion', 'gen_ai.usage.output_tokens'],
    ['llm.token_count.total', '#total'],
    ['llm.token_count.prompt_details.cache_read', 'gen_ai.usage.cache_read.input_tokens'],
    ['llm.token_count.prompt_details.cache_input', 'gen_ai.usage.cache_read.input_tokens'],
    ['llm.token_count.prompt_details.cache_write', 'gen_ai.usage.cache_creation.input_tokens'],
    ['llm.token_count.completion_details.reasoning', 'gen_ai.usage.reasoning.output_tokens'],
    ['llm.cost.total', 'llm.cost'],
    ['llm.cost.prompt', 'llm.cost.input'],
    ['llm.cost.completion', 'llm.cost.output'],
    ['tool.name', 'gen_ai.tool.name', TOOL],
    ['tool.id', 'gen_ai.tool.call.id', TOOL],
    ['tool.description', 'gen_ai.tool.description', TOOL],
    ['input.value', 'gen_ai.tool.call.arguments', TOOL],
    ['tool.parameters', 'gen_ai.tool.call.arguments', TOOL],
    ['output.value', 'gen_ai.tool.call.result', TOOL],
    ['input.value', 'gen_ai.retrieval.query.text', { only: ['retrieval'], read: queryText }],
    ['reranker.query', 'gen_ai.retrieval.query.text'],
    ['reranker.top_k', 'gen_ai.request.top_k'],
    ['agent.name', 'gen_ai.agent.name'],
    ['graph.node.name', 'gen_ai.agent.name', { only: ['invoke_agent'] }],
    ['graph.node.id', 'gen_ai.agent.id', { only: ['invoke_agent'] }],
    ['prompt.id', 'gen_ai.prompt.name'],
    ['embedding.vector', 'gen_ai.embeddings.dimension.count', { read: lengthOf }],
    ['embedding.embeddings.0.embedding.vector', 'gen_ai.embeddings.dimension.count', { read: lengthOf }],
    ['llm.prompt_template.version', 'gen_ai.prompt.version'],
  ],
  messages: [
    { from: 'llm.input_messages.', to: 'input' },
    { from: 'llm.prompts.', to: 'input', each: 'prompt.text' },
    { from: 'llm.output_messages.', to: 'output' },
    { from: 'llm.choices.', to: 'output', each: 'completion.text' },
    { from: 'llm.tools.', to: 'tools', each: 'tool.json_schema' },
    { from: 'retrieval.documents.', to: 'documents', each: 'document' },
    { from: 'reranker.output_documents.', to: 'documents', each: 'document' },
    { from: 'embedding.embeddings.', to: 'input', each: 'embedding.text' },
    { from: 'embedding.text', to: 'input' },
    { from: 'input.value', to: 'input', except: ['execute_tool', 'retrieval', 'embeddings', 'rerank'] },
    { from: 'output.value', to: 'output', except: ['execute_tool', 'retrieval', 'embeddings', 'rerank'] },
  ],
  compositions: [{ from: ['llm.function_call'], to: 'output', compose: composeCall }],
};
