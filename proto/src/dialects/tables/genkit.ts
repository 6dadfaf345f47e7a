import type { Json } from '../../document/index.js';
import { type Convert, lengthOf, oneOf } from '../convert.js';
import { toProvider } from '../providers.js';
import type { Dialect } from '../table.js';

const SUBTYPES = oneOf({
  model: 'chat',
  tool: 'execute_tool',
  flow: 'invoke_workflow',
  embedder: 'embeddings',
  retriever: 'retrieval',
  reranker: 'rerank',
  evaluator: 'evaluator',
  prompt: 'prompt',
});

/** A model is named `googleai/gemini-2.5-flash`. */
const MODEL = /^([^/]+)\/(.+)$/;
const partOf = (name: Json, at: 1 | 2): string | undefined =>
  typeof name === 'string' ? MODEL.exec(name)?.[at] : undefined;
const provider: Convert = (name) => toProvider(partOf(name, 1) ?? null);
const model: Convert = (name) => partOf(name, 2) ?? name;

const MODELS = ['chat', 'embeddings', 'rerank'];
const TOOL = { only: ['execute_tool'] };

export const genkit: Dialect = {
  name: 'genkit',
  fields: [
    ['genkit:metadata:subtype', 'gen_ai.operation.name', { read: SUBTYPES }],
    ['genkit:type', 'gen_ai.operation.name', { read: SUBTYPES }],
    ['genkit:name', 'gen_ai.provider.name', { read: provider, only: MODELS }],
    ['genkit:name', 'gen_ai.request.model', { read: model, only: MODELS }],
    ['genkit:name', 'gen_ai.tool.name', TOOL],
    ['genkit:name', 'gen_ai.workflow.name', { only: ['invoke_workflow'] }],
    [
      'genkit:input',
      [
        ['config.temperature', 'gen_ai.request.temperature'],
        ['config.maxOutputTokens', 'gen_ai.request.max_tokens'],
        ['config.topP', 'gen_ai.request.top_p'],
        ['config.topK', 'gen_ai.request.top_k'],
      ],
    ],
    [
      'genkit:output',
      [
        ['usage.inputTokens', 'gen_ai.usage.input_tokens'],
        ['usage.outputTokens', 'gen_ai.usage.output_tokens'],
        ['usage.totalTokens', '#total'],
        ['usage.cachedContentTokens', 'gen_ai.usage.cache_read.input_tokens'],
        ['usage.thoughtsTokens', 'gen_ai.usage.reasoning.output_tokens'],
        ['finishReason', 'gen_ai.response.finish_reasons'],
        ['embeddings.0.embedding', 'gen_ai.embeddings.dimension.count', { read: lengthOf }],
      ],
    ],
    ['genkit:input', 'gen_ai.tool.call.arguments', TOOL],
    ['genkit:output', 'gen_ai.tool.call.result', TOOL],
    ['genkit:sessionId', 'gen_ai.conversation.id'],
  ],
  messages: [
    { from: 'genkit:input', to: 'input', except: ['execute_tool'] },
    { from: 'genkit:output', to: 'output', at: 'message', except: ['execute_tool'] },
    { from: 'genkit:output', to: 'output', except: ['execute_tool'] },
    { from: 'genkit:input', to: 'tools', at: 'tools', except: ['execute_tool'] },
  ],
};
