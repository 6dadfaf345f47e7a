import type { Attributes, Json } from '../../document/index.js';
import { type Convert, isRecord, number, oneOf, queryText } from '../convert.js';
import { toProvider } from '../providers.js';
import type { Dialect, FieldRow } from '../table.js';

const TYPES = oneOf({
  generation: 'chat',
  embedding: 'embeddings',
  agent: 'invoke_agent',
  tool: 'execute_tool',
  chain: 'chain',
  retriever: 'retrieval',
  evaluator: 'evaluator',
  guardrail: 'guardrail',
});

const numberAt = (usage: Attributes, name: string): number | undefined => {
  const value = number(usage[name] ?? null);
  return typeof value === 'number' ? value : undefined;
};

/**
 * Buckets exclude each other: `input` leaves `input_cached_tokens` out. A total that is just input and output tells a
 * sender who counted otherwise, and OpenAI's own names hold everything.
 */
const sumOfBuckets =
  (side: 'input' | 'output', ...ofOpenAi: readonly string[]): Convert =>
  (value) => {
    if (!isRecord(value)) return undefined;
    const whole = ofOpenAi.map((name) => numberAt(value, name)).find((count) => count !== undefined);
    if (whole !== undefined) return whole;
    const plain = numberAt(value, side);
    const [input, output] = [numberAt(value, 'input'), numberAt(value, 'output')];
    if (plain !== undefined && (input ?? 0) + (output ?? 0) === numberAt(value, 'total')) return plain;
    const buckets = Object.keys(value).filter((name) => name.includes(side));
    const counts = buckets.map((name) => numberAt(value, name)).filter((count) => count !== undefined);
    return counts.length === 0 ? undefined : counts.reduce((a, b) => a + b);
  };

const within: Convert = (value: Json) => (isRecord(value) ? 'within' : undefined);

const USAGE: readonly FieldRow[] = [
  ['', 'gen_ai.usage.input_tokens', { read: sumOfBuckets('input', 'prompt_tokens', 'promptTokens') }],
  ['', 'gen_ai.usage.output_tokens', { read: sumOfBuckets('output', 'completion_tokens', 'completionTokens') }],
  ['', '#cache', { read: within }],
  ['total', '#total'],
  ['total_tokens', '#total'],
  ['totalTokens', '#total'],
  ['input_cached_tokens', 'gen_ai.usage.cache_read.input_tokens'],
  ['cache_read_input_tokens', 'gen_ai.usage.cache_read.input_tokens'],
  ['input_cache_read', 'gen_ai.usage.cache_read.input_tokens'],
  ['prompt_tokens_details.cached_tokens', 'gen_ai.usage.cache_read.input_tokens'],
  ['cache_creation_input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
  ['input_cache_creation', 'gen_ai.usage.cache_creation.input_tokens'],
  ['output_reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens'],
  ['reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens'],
  ['completion_tokens_details.reasoning_tokens', 'gen_ai.usage.reasoning.output_tokens'],
];

/** Where no total was told, what all buckets come to. */
const costOf: Convert = (value) => {
  if (!isRecord(value)) return undefined;
  const total = numberAt(value, 'total');
  if (total !== undefined) return total;
  const parts = Object.keys(value).map((name) => numberAt(value, name) ?? 0);
  return parts.length === 0 ? undefined : parts.reduce((a, b) => a + b);
};

const COST: readonly FieldRow[] = [
  ['', 'llm.cost', { read: costOf }],
  ['input', 'llm.cost.input'],
  ['output', 'llm.cost.output'],
];

const PARAMETERS: readonly FieldRow[] = [
  ['temperature', 'gen_ai.request.temperature'],
  ['max_tokens', 'gen_ai.request.max_tokens'],
  ['maxTokens', 'gen_ai.request.max_tokens'],
  ['top_p', 'gen_ai.request.top_p'],
  ['topP', 'gen_ai.request.top_p'],
  ['frequency_penalty', 'gen_ai.request.frequency_penalty'],
  ['presence_penalty', 'gen_ai.request.presence_penalty'],
  ['seed', 'gen_ai.request.seed'],
];

const TOOL = { only: ['execute_tool'] };
const MESSAGES = ['execute_tool', 'retrieval'];

export const langfuse: Dialect = {
  name: 'langfuse',
  fields: [
    ['langfuse.observation.type', 'gen_ai.operation.name', { read: TYPES }],
    ['langfuse.observation.model.name', 'gen_ai.request.model'],
    ['langfuse.observation.model.parameters', PARAMETERS],
    ['langfuse.observation.usage_details', USAGE],
    ['langfuse.observation.cost_details', COST],
    ['langfuse.observation.metadata.ls_provider', 'gen_ai.provider.name', { read: toProvider }],
    ['langfuse.observation.prompt.name', 'gen_ai.prompt.name'],
    ['langfuse.observation.prompt.version', 'gen_ai.prompt.version'],
    ['langfuse.observation.input', 'gen_ai.tool.call.arguments', TOOL],
    ['langfuse.observation.output', 'gen_ai.tool.call.result', TOOL],
    ['langfuse.observation.input', 'gen_ai.retrieval.query.text', { only: ['retrieval'], read: queryText }],
    ['langfuse.observation.level', 'error.type', { read: oneOf({ error: '_OTHER' }) }],
    ['langfuse.session.id', 'gen_ai.conversation.id'],
    ['langfuse.user.id', 'user.id'],
    ['langfuse.trace.tags', 'tag.tags'],
  ],
  messages: [
    { from: 'langfuse.observation.input', to: 'input', except: MESSAGES },
    { from: 'langfuse.observation.output', to: 'output', except: MESSAGES },
    { from: 'langfuse.observation.input', to: 'tools', at: 'tools' },
    { from: 'langfuse.observation.output', to: 'documents', only: ['retrieval'] },
  ],
};
