import { oneOf } from '../convert.js';
import type { Dialect } from '../table.js';

const TYPES = oneOf({
  llm: 'chat',
  chat_model: 'chat',
  chain: '#chain',
  agent: 'invoke_agent',
  tool: 'execute_tool',
  retriever: 'retrieval',
  embedding: 'embeddings',
  reranker: 'rerank',
  workflow: 'invoke_workflow',
  task: 'task',
  guardrail: 'guardrail',
  evaluator: 'evaluator',
  parser: 'chain',
});

const TOOL = { only: ['execute_tool'] };
const NO_MESSAGES = ['execute_tool', 'retrieval', 'embeddings'];

/** MLflow Tracing; its values are JSON each, texts too. */
export const mlflow: Dialect = {
  name: 'mlflow',
  fields: [
    ['mlflow.spanType', 'gen_ai.operation.name', { read: TYPES }],
    ['mlflow.llm.provider', 'gen_ai.provider.name'],
    ['mlflow.llm.model', 'gen_ai.request.model'],
    [
      'mlflow.chat.tokenUsage',
      [
        ['input_tokens', 'gen_ai.usage.input_tokens'],
        ['output_tokens', 'gen_ai.usage.output_tokens'],
        ['total_tokens', '#total'],
        ['cache_read_input_tokens', 'gen_ai.usage.cache_read.input_tokens'],
        ['cache_creation_input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
      ],
    ],
    [
      'mlflow.llm.cost',
      [
        ['total_cost', 'llm.cost'],
        ['input_cost', 'llm.cost.input'],
        ['output_cost', 'llm.cost.output'],
      ],
    ],
    [
      'mlflow.spanInputs',
      [
        ['model', 'gen_ai.request.model'],
        ['temperature', 'gen_ai.request.temperature'],
      ],
    ],
    ['mlflow.spanInputs', 'gen_ai.tool.call.arguments', TOOL],
    ['mlflow.spanOutputs', 'gen_ai.tool.call.result', TOOL],
    ['mlflow.spanInputs', [['query', 'gen_ai.retrieval.query.text', { only: ['retrieval'] }]]],
    ['mlflow.trace.session', 'gen_ai.conversation.id'],
    ['mlflow.trace.user', 'user.id'],
  ],
  messages: [
    { from: 'mlflow.chat.messages', to: 'input', except: NO_MESSAGES },
    { from: 'mlflow.chat.tools', to: 'tools' },
    { from: 'mlflow.spanInputs', to: 'input', except: NO_MESSAGES },
    { from: 'mlflow.spanOutputs', to: 'output', except: NO_MESSAGES },
    {
      from: 'mlflow.spanOutputs',
      to: 'documents',
      except: ['chat', 'execute_tool', 'embeddings', 'chain', 'invoke_agent', 'invoke_workflow'],
    },
  ],
};
