/** What a span can be, by the vocabulary. */
export const SPAN_TYPES = [
  'llm',
  'agent',
  'tool',
  'retrieval',
  'embedding',
  'rerank',
  'chain',
  'guardrail',
  'evaluator',
  'workflow',
  'span',
] as const;
