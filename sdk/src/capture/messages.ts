import { type Fields, fieldOf, isObject, listOf, textOf } from './read.js';

/** As the semantic conventions shape messages; parts of unknown kinds are as the application has them. */
export interface Message {
  readonly role: string;
  readonly parts: readonly unknown[];
  readonly finish_reason?: string;
}

const text = (content: string): Fields => ({ type: 'text', content });

/** Longer arguments stay the text they are. */
const MAX_PARSED = 65_536;

const parsed = (json: unknown): unknown => {
  if (typeof json !== 'string' || json.length > MAX_PARSED) return json;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
};

/** OpenAI's, Anthropic's, Gemini's and Vercel's ways to call a tool. */
const toToolCall = (call: unknown): Fields => {
  const called = fieldOf(call, 'function') ?? fieldOf(call, 'functionCall') ?? call;
  const id = textOf(call, 'call_id') ?? textOf(call, 'toolCallId') ?? textOf(call, 'id');
  return {
    type: 'tool_call',
    ...(id === undefined ? {} : { id }),
    name: textOf(called, 'name') ?? textOf(called, 'toolName') ?? '',
    arguments: parsed(fieldOf(called, 'arguments') ?? fieldOf(called, 'input') ?? fieldOf(called, 'args')),
  };
};

const toToolResponse = (part: unknown): Fields => {
  const id = textOf(part, 'tool_use_id') ?? textOf(part, 'tool_call_id') ?? textOf(part, 'toolCallId');
  const response = fieldOf(part, 'output') ?? fieldOf(part, 'result') ?? fieldOf(part, 'content');
  return { type: 'tool_call_response', ...(id === undefined ? {} : { id: id }), response };
};

const BY_TYPE: Readonly<Record<string, (part: unknown) => unknown>> = {
  text: (part) => text(textOf(part, 'text') ?? textOf(part, 'content') ?? ''),
  input_text: (part) => text(textOf(part, 'text') ?? ''),
  output_text: (part) => text(textOf(part, 'text') ?? ''),
  thinking: (part) => ({ type: 'reasoning', content: textOf(part, 'thinking') ?? '' }),
  tool_use: toToolCall,
  'tool-call': toToolCall,
  function_call: toToolCall,
  tool_result: toToolResponse,
  'tool-result': toToolResponse,
  function_call_output: (part) =>
    toToolResponse({ tool_call_id: textOf(part, 'call_id'), output: fieldOf(part, 'output') }),
};

const toPart = (part: unknown): unknown => {
  if (typeof part === 'string') return text(part);
  const type = textOf(part, 'type');
  if (type !== undefined) return Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type]?.(part) : part;
  const said = textOf(part, 'text');
  if (said !== undefined) return text(said);
  return fieldOf(part, 'functionCall') === undefined ? part : toToolCall(part);
};

const partsOf = (content: unknown): readonly unknown[] => {
  if (content === undefined || content === null || content === '') return [];
  return Array.isArray(content) ? content.map(toPart) : [toPart(content)];
};

const ROLES: Readonly<Record<string, string>> = { model: 'assistant' };

const isMessage = (value: unknown): boolean =>
  textOf(value, 'role') !== undefined &&
  (fieldOf(value, 'content') !== undefined ||
    fieldOf(value, 'parts') !== undefined ||
    listOf(value, 'tool_calls').length > 0);

const isItem = (value: unknown): boolean => {
  const type = textOf(value, 'type');
  return type === 'function_call' || type === 'function_call_output';
};

/** One message of any provider; an item of OpenAI's Responses API that has no role is one of its own. */
export const toMessage = (sent: unknown, defaultRole: string, finishReason?: string): Message => {
  const sentRole = textOf(sent, 'role');
  const role = sentRole === undefined ? defaultRole : (ROLES[sentRole] ?? sentRole);
  const reason = finishReason === undefined ? {} : { finish_reason: finishReason };
  if (isItem(sent)) {
    const isResponse = textOf(sent, 'type') === 'function_call_output';
    return { role: isResponse ? 'tool' : 'assistant', parts: [toPart(sent)], ...reason };
  }
  const content = fieldOf(sent, 'parts') ?? fieldOf(sent, 'content');
  const said = role === 'tool' && !Array.isArray(content) ? [toToolResponse(sent)] : partsOf(content);
  return { role, parts: [...said, ...listOf(sent, 'tool_calls').map(toToolCall)], ...reason };
};

export const userMessage = (content: string): Message => ({ role: 'user', parts: [text(content)] });

export const assistantMessage = (parts: readonly unknown[], finishReason?: string): Message => ({
  role: 'assistant',
  parts,
  ...(finishReason === undefined ? {} : { finish_reason: finishReason }),
});

export const textPart = text;
export const toolCallPart = toToolCall;

const LISTS = ['messages', 'contents', 'input', 'prompt'];

const fromList = (list: readonly unknown[]): readonly Message[] | undefined =>
  list.length > 0 && list.every((item) => isMessage(item) || isItem(item))
    ? list.map((item) => toMessage(item, 'user'))
    : undefined;

/** What was asked, where it can be known for messages: a text, a list of messages, or a request that holds them. */
export const inputMessagesOf = (request: unknown): readonly Message[] | undefined => {
  if (typeof request === 'string') return [userMessage(request)];
  if (Array.isArray(request)) return fromList(request);
  if (!isObject(request)) return undefined;
  for (const name of LISTS) {
    const held = fieldOf(request, name);
    if (typeof held === 'string') return [userMessage(held)];
    if (Array.isArray(held)) return fromList(held);
  }
  return isMessage(request) ? [toMessage(request, 'user')] : undefined;
};

/** Instructions that stand beside the messages. */
export const systemPartsOf = (request: unknown): readonly unknown[] => {
  const held =
    fieldOf(request, 'system') ??
    fieldOf(request, 'instructions') ??
    fieldOf(fieldOf(request, 'config'), 'systemInstruction') ??
    fieldOf(request, 'systemInstruction');
  return partsOf(fieldOf(held, 'parts') ?? held);
};
