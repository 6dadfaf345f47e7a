import { createGathered, type Gathered } from './gathered.js';
import { fieldOf, isObject, listOf, numberOf, textOf } from './read.js';
import { readUsage } from './usage.js';

type Take = (chunk: unknown, into: Gathered) => void;

/** OpenAI's Chat Completions: deltas by choice; usage on the last chunk, which has no choice. */
const takeChatCompletion: Take = (chunk, into) => {
  into.tell({ model: textOf(chunk, 'model'), id: textOf(chunk, 'id'), usage: readUsage(fieldOf(chunk, 'usage')) });
  for (const choice of listOf(chunk, 'choices')) {
    const delta = fieldOf(choice, 'delta');
    into.addText(textOf(delta, 'content') ?? textOf(choice, 'text'));
    for (const call of listOf(delta, 'tool_calls')) {
      const called = fieldOf(call, 'function');
      const at = String(numberOf(call, 'index') ?? 0);
      into.addCall(at, textOf(call, 'id'), textOf(called, 'name'), textOf(called, 'arguments'));
    }
    into.addReason(textOf(choice, 'finish_reason'));
  }
};

/** OpenAI's Responses API: events named `response.…`; the last has all of the response. */
const takeResponsesEvent: Take = (chunk, into) => {
  const type = textOf(chunk, 'type');
  if (type === 'response.output_text.delta') into.addText(textOf(chunk, 'delta'));
  else if (type === 'response.output_item.added' && textOf(fieldOf(chunk, 'item'), 'type') === 'function_call') {
    const item = fieldOf(chunk, 'item');
    into.addCall(
      String(numberOf(chunk, 'output_index') ?? 0),
      textOf(item, 'call_id'),
      textOf(item, 'name'),
      undefined,
    );
  } else if (type === 'response.function_call_arguments.delta')
    into.addCall(String(numberOf(chunk, 'output_index') ?? 0), undefined, undefined, textOf(chunk, 'delta'));
  const response = fieldOf(chunk, 'response');
  if (response === undefined) return;
  const usage = readUsage(fieldOf(response, 'usage'));
  into.tell({ model: textOf(response, 'model'), id: textOf(response, 'id'), usage });
  if (type === 'response.completed') into.addReason('stop');
  if (type === 'response.incomplete') into.addReason(textOf(fieldOf(response, 'incomplete_details'), 'reason'));
};

/** Anthropic: the input's tokens come with `message_start`, the output's with `message_delta`. */
const takeAnthropicEvent: Take = (chunk, into) => {
  const message = fieldOf(chunk, 'message');
  if (message !== undefined) {
    const usage = readUsage(fieldOf(message, 'usage'));
    into.tell({ model: textOf(message, 'model'), id: textOf(message, 'id'), usage });
  }
  const at = String(numberOf(chunk, 'index') ?? 0);
  const block = fieldOf(chunk, 'content_block');
  if (textOf(block, 'type') === 'tool_use') into.addCall(at, textOf(block, 'id'), textOf(block, 'name'), undefined);
  const delta = fieldOf(chunk, 'delta');
  into.addText(textOf(delta, 'text'));
  const json = textOf(delta, 'partial_json');
  if (json !== undefined) into.addCall(at, undefined, undefined, json);
  into.addReason(textOf(delta, 'stop_reason'));
  if (fieldOf(chunk, 'usage') !== undefined) into.tell({ usage: readUsage(fieldOf(chunk, 'usage')) });
};

const takeGemini: Take = (chunk, into) => {
  const usage = readUsage(fieldOf(chunk, 'usageMetadata'));
  into.tell({ model: textOf(chunk, 'modelVersion'), id: textOf(chunk, 'responseId'), usage });
  for (const candidate of listOf(chunk, 'candidates')) {
    for (const part of listOf(fieldOf(candidate, 'content'), 'parts')) {
      if (fieldOf(part, 'thought') !== true) into.addText(textOf(part, 'text'));
      const call = fieldOf(part, 'functionCall');
      if (call !== undefined) into.addWholeCall(textOf(call, 'id'), textOf(call, 'name'), fieldOf(call, 'args'));
    }
    into.addReason(textOf(candidate, 'finishReason'));
  }
};

/** Parts of Vercel's `fullStream`, AI SDK 4 to 7. */
const takeVercelPart: Take = (part, into) => {
  const type = textOf(part, 'type');
  if (type === 'text-delta') into.addText(textOf(part, 'text') ?? textOf(part, 'textDelta') ?? textOf(part, 'delta'));
  if (type === 'tool-call')
    into.addWholeCall(
      textOf(part, 'toolCallId'),
      textOf(part, 'toolName'),
      fieldOf(part, 'input') ?? fieldOf(part, 'args'),
    );
  const response = fieldOf(part, 'response');
  const usage = readUsage(fieldOf(part, 'totalUsage') ?? fieldOf(part, 'usage'));
  into.tell({ model: textOf(response, 'modelId'), id: textOf(response, 'id'), usage });
  if (type === 'finish') into.addReason(textOf(part, 'finishReason'));
};

const ANTHROPIC = /^(?:message|content_block)_(?:start|delta|stop)$/;
const VERCEL = new Set(['text-delta', 'tool-call', 'finish', 'finish-step', 'step-finish', 'start-step', 'start']);

const takerOf = (chunk: object): Take | undefined => {
  if (fieldOf(chunk, 'candidates') !== undefined || fieldOf(chunk, 'usageMetadata') !== undefined) return takeGemini;
  if (Array.isArray(fieldOf(chunk, 'choices'))) return takeChatCompletion;
  const type = textOf(chunk, 'type');
  if (type === undefined) return undefined;
  if (type.startsWith('response.')) return takeResponsesEvent;
  if (ANTHROPIC.test(type)) return takeAnthropicEvent;
  return VERCEL.has(type) ? takeVercelPart : undefined;
};

/** Gathers what the chunks of a stream say, provider by provider, within `limit` UTF-16 code units of content. */
export interface ChunkReader {
  take(chunk: unknown): void;
  readonly gathered: Gathered;
}

export const createChunkReader = (limit: number, onText?: (text: string) => void): ChunkReader => {
  const gathered = createGathered(limit, onText);
  const decoder = new TextDecoder();
  return {
    gathered,
    take: (chunk) => {
      if (typeof chunk === 'string') gathered.addText(chunk);
      else if (chunk instanceof Uint8Array) gathered.addText(decoder.decode(chunk, { stream: true }));
      else if (isObject(chunk)) {
        const taker = takerOf(chunk);
        if (taker === undefined) gathered.addOther(chunk);
        else taker(chunk, gathered);
      } else gathered.addOther(chunk);
    },
  };
};
