import type { Json, SpanType } from '../document/index.js';

/** What each operation is, those that are in no specification but on the wire among them. */
const TYPES: Readonly<Record<string, SpanType>> = {
  chat: 'llm',
  generate_content: 'llm',
  text_completion: 'llm',
  fetch_response: 'llm',
  llm_request: 'llm',
  completion: 'llm',
  responses: 'llm',
  embeddings: 'embedding',
  embedding: 'embedding',
  retrieval: 'retrieval',
  search_memory: 'retrieval',
  vector_db_retrieve: 'retrieval',
  vectordb: 'retrieval',
  rerank: 'rerank',
  create_agent: 'agent',
  invoke_agent: 'agent',
  execute_tool: 'tool',
  invoke_workflow: 'workflow',
  chain: 'chain',
  task: 'chain',
  plan: 'chain',
  agent_step: 'chain',
  execute_task: 'chain',
  guard: 'guardrail',
  guardrail: 'guardrail',
  'guardrail.run': 'guardrail',
  evaluator: 'evaluator',
};

const types = new Map(Object.entries(TYPES));

/** Null where the operation says nothing of the kind. */
export const typeOfOperation = (operation: Json | undefined): SpanType | null =>
  typeof operation === 'string' ? (types.get(operation.toLowerCase()) ?? null) : null;

export const toOperation = (value: Json): Json | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
