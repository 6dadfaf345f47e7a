import type { Attributes, Json } from '../../document/index.js';
import { type Convert, always, isList, isRecord, label, lengthOf, millisToSeconds, record } from '../convert.js';
import { lenientJson } from '../lenient-json.js';
import type { Dialect, FieldRow } from '../table.js';

/** `ai.generateText` is the loop of an agent, `.doGenerate` one call; an outer embed or rerank wraps its inner one. */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/\.do(?:Generate|Stream)$/, 'chat'],
  [/\.doEmbed$/, 'embeddings'],
  [/\.doRerank$/, 'rerank'],
  [/^ai\.(?:generate|stream)(?:Text|Object)$/, 'invoke_agent'],
  [/^ai\.toolCall$/, 'execute_tool'],
  [/^ai\.(?:embed|embedMany|rerank)$/, 'chain'],
];

const HELD_IDS = 100;
const held = new Map<string, string | undefined>();

const toOperation: Convert = (id) => {
  if (typeof id !== 'string') return undefined;
  if (held.has(id)) return held.get(id);
  const operation = OPERATIONS.find(([pattern]) => pattern.test(id))?.[1];
  if (held.size < HELD_IDS) held.set(id, operation);
  return operation;
};

const AGENT = { only: ['invoke_agent'] };

/** Users name their own metadata; v7 calls the same `ai.settings.context`. */
const ofUsers = (prefix: string): FieldRow[] => [
  [`${prefix}sessionId`, 'gen_ai.conversation.id'],
  [`${prefix}session_id`, 'gen_ai.conversation.id'],
  [`${prefix}threadId`, 'gen_ai.conversation.id'],
  [`${prefix}chatId`, 'gen_ai.conversation.id'],
  [`${prefix}userId`, 'user.id'],
  [`${prefix}user_id`, 'user.id'],
  [`${prefix}tags`, 'tag.tags'],
];

const toolCallPart = (call: Json): Json =>
  isRecord(call)
    ? { type: 'tool-call', ...call }
    : { type: 'text', text: typeof call === 'string' ? call : JSON.stringify(call) };

const listAt = (attributes: Attributes, ...names: readonly string[]): readonly Json[] => {
  for (const name of names) {
    const read = lenientJson(attributes[name] ?? null);
    if (isList(read)) return read;
  }
  return [];
};

const textPart = (type: string, key: string, value: Json | undefined): Json[] => {
  const text = value === undefined ? undefined : label(value);
  return text === undefined ? [] : [{ type, [key]: text }];
};

/** A response is told in several attributes: reasoning, text, calls, files, or an object. */
const composeOutput = (attributes: Attributes): Json | undefined => {
  const parts: Json[] = [
    ...textPart('reasoning', 'text', attributes['ai.response.reasoning']),
    ...textPart('text', 'text', attributes['ai.response.text'] ?? attributes['ai.result.text']),
    ...listAt(attributes, 'ai.response.toolCalls', 'ai.result.toolCalls').map(toolCallPart),
    ...listAt(attributes, 'ai.response.files').map((file) => (isRecord(file) ? { type: 'file', ...file } : file)),
  ];
  const object = attributes['ai.response.object'] ?? attributes['ai.result.object'];
  if (parts.length === 0 && object !== undefined)
    parts.push({ type: 'text', text: typeof object === 'string' ? object : JSON.stringify(object) });
  return parts.length === 0 ? undefined : [{ role: 'assistant', content: parts }];
};

/** A ranking names documents by their place, best first. */
const composeDocuments = (attributes: Attributes): Json | undefined => {
  const documents = listAt(attributes, 'ai.documents').map(lenientJson);
  const ranked = listAt(attributes, 'ai.ranking').map(lenientJson).filter(isRecord);
  if (documents.length === 0 || ranked.length === 0) return undefined;
  return ranked.map((entry) => {
    const document = entry.document ?? documents[Number(entry.originalIndex ?? entry.index)] ?? null;
    const score = entry.score ?? entry.relevanceScore ?? null;
    return isRecord(document) ? { ...document, score } : { content: document, score };
  });
};

const RESPONSE = ['text', 'reasoning', 'toolCalls', 'object', 'files'].flatMap((name) => [
  `ai.response.${name}`,
  `ai.result.${name}`,
]);

/** The Vercel AI SDK, v3 to v6 and v7's legacy class; v7's own class speaks the canonical names. */
export const vercel: Dialect = {
  name: 'vercel',
  fields: [
    ['ai.operationId', 'gen_ai.operation.name', { read: toOperation }],
    ['ai.model.provider', 'gen_ai.provider.name'],
    ['ai.model.id', 'gen_ai.request.model'],
    ['ai.response.model', 'gen_ai.response.model'],
    ['ai.response.id', 'gen_ai.response.id'],
    ['ai.response.finishReason', 'gen_ai.response.finish_reasons'],
    ['ai.finishReason', 'gen_ai.response.finish_reasons'],
    ['ai.response.msToFirstChunk', 'gen_ai.response.time_to_first_chunk', { read: millisToSeconds }],
    ['ai.stream.msToFirstChunk', 'gen_ai.response.time_to_first_chunk', { read: millisToSeconds }],
    [
      'ai.operationId',
      'gen_ai.request.stream',
      { read: (id) => (typeof id === 'string' && id.startsWith('ai.stream') ? true : undefined) },
    ],
    ['ai.settings.temperature', 'gen_ai.request.temperature'],
    ['ai.settings.topP', 'gen_ai.request.top_p'],
    ['ai.settings.topK', 'gen_ai.request.top_k'],
    ['ai.settings.maxOutputTokens', 'gen_ai.request.max_tokens'],
    ['ai.settings.maxTokens', 'gen_ai.request.max_tokens'],
    ['ai.settings.stopSequences', 'gen_ai.request.stop_sequences'],
    ['ai.settings.frequencyPenalty', 'gen_ai.request.frequency_penalty'],
    ['ai.settings.presencePenalty', 'gen_ai.request.presence_penalty'],
    ['ai.settings.seed', 'gen_ai.request.seed'],
    ['ai.usage.inputTokens', 'gen_ai.usage.input_tokens'],
    ['ai.usage.promptTokens', 'gen_ai.usage.input_tokens'],
    ['ai.usage.tokens', 'gen_ai.usage.input_tokens'],
    ['ai.usage.outputTokens', 'gen_ai.usage.output_tokens'],
    ['ai.usage.completionTokens', 'gen_ai.usage.output_tokens'],
    ['ai.usage.totalTokens', '#total'],
    ['ai.usage.inputTokenDetails.cacheReadTokens', 'gen_ai.usage.cache_read.input_tokens'],
    ['ai.usage.inputTokenDetails.cacheWriteTokens', 'gen_ai.usage.cache_creation.input_tokens'],
    ['ai.usage.cachedInputTokens', 'gen_ai.usage.cache_read.input_tokens'],
    ['ai.usage.outputTokenDetails.reasoningTokens', 'gen_ai.usage.reasoning.output_tokens'],
    ['ai.usage.reasoningTokens', 'gen_ai.usage.reasoning.output_tokens'],
    // Since v6 the input holds what was cached; before, Anthropic's did not.
    ['ai.usage.inputTokenDetails.noCacheTokens', '#cache', { read: always('within') }],
    ['ai.usage.inputTokenDetails.cacheReadTokens', '#cache', { read: always('within') }],
    ['ai.usage.inputTokenDetails.cacheWriteTokens', '#cache', { read: always('within') }],
    ['ai.operationId', '#cache', { read: always('apart-if-anthropic') }],
    [
      'ai.response.providerMetadata',
      [
        ['anthropic.cacheCreationInputTokens', 'gen_ai.usage.cache_creation.input_tokens'],
        ['anthropic.cacheReadInputTokens', 'gen_ai.usage.cache_read.input_tokens'],
        ['anthropic.usage.cache_creation_input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
        ['anthropic.usage.cache_read_input_tokens', 'gen_ai.usage.cache_read.input_tokens'],
      ],
    ],
    ['ai.embedding', 'gen_ai.embeddings.dimension.count', { read: lengthOf }],
    ['ai.embeddings', 'gen_ai.embeddings.dimension.count', { read: lengthOf }],
    ['ai.toolCall.name', 'gen_ai.tool.name'],
    ['ai.toolCall.id', 'gen_ai.tool.call.id'],
    ['ai.toolCall.args', 'gen_ai.tool.call.arguments', { read: record }],
    ['ai.toolCall.result', 'gen_ai.tool.call.result', { read: record }],
    ['ai.telemetry.functionId', 'gen_ai.agent.name', AGENT],
    ...ofUsers('ai.telemetry.metadata.'),
    ...ofUsers('ai.settings.context.'),
  ],
  messages: [
    { from: 'ai.prompt.messages', to: 'input' },
    { from: 'ai.prompt', to: 'input' },
    { from: 'ai.value', to: 'input' },
    { from: 'ai.values', to: 'input' },
    { from: 'ai.prompt.tools', to: 'tools' },
  ],
  compositions: [
    { from: RESPONSE, to: 'output', compose: composeOutput },
    { from: ['ai.ranking'], to: 'documents', compose: composeDocuments },
  ],
};
