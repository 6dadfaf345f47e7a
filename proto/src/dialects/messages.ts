import type { Attributes, Json } from '../document/index.js';
import { isList, isRecord } from './convert.js';
import { toFinishReason } from './finish-reasons.js';
import { lenientJson } from './lenient-json.js';
import { isKeyedPart, isPart, type Part, partsOf, textPart, toToolCall } from './message-parts.js';

/** One message, whoever's shape it came in. Of output messages one is a choice. */
export interface Message {
  readonly role: string;
  readonly parts: readonly Part[];
  readonly name?: string;
  readonly finish_reason?: string;
}

const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  humanmessage: 'user',
  humanmessagechunk: 'user',
  ai: 'assistant',
  aimessage: 'assistant',
  aimessagechunk: 'assistant',
  model: 'assistant',
  chatbot: 'assistant',
  bot: 'assistant',
  systemmessage: 'system',
  toolmessage: 'tool',
  toolmessagechunk: 'tool',
  function: 'tool',
  functionmessage: 'tool',
};

const roles = new Map(Object.entries(ROLES));

const roleOf = (sent: Json | undefined): string | undefined =>
  typeof sent === 'string' && sent !== '' ? (roles.get(sent.toLowerCase()) ?? sent) : undefined;

const LIKE_ROLES = new Set(['user', 'assistant', 'system', 'tool', ...roles.keys()]);

/** LangChain says the role by the message's type, serialised by the last part of its class's path. */
const roleByType = (message: Attributes): string | undefined => {
  const type = isList(message.id) ? message.id.at(-1) : message.type;
  return typeof type === 'string' && LIKE_ROLES.has(type.toLowerCase()) ? roleOf(type) : undefined;
};

/** Items of OpenAI's Responses API that have no role of their own. */
const ROLE_OF_ITEM: Readonly<Record<string, string>> = {
  function_call: 'assistant',
  reasoning: 'assistant',
  function_call_output: 'tool',
  custom_tool_call: 'assistant',
  custom_tool_call_output: 'tool',
};

const roleOfItem = ({ type }: Attributes): string | undefined =>
  typeof type === 'string' && Object.hasOwn(ROLE_OF_ITEM, type) ? ROLE_OF_ITEM[type] : undefined;

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const listOf = (value: Json | undefined): readonly Json[] => {
  const read = value === undefined ? undefined : lenientJson(value);
  return isList(read) ? read : isRecord(read) ? [read] : [];
};

const toolCallsOf = (message: Attributes): Part[] => {
  const calls = listOf(message.tool_calls ?? message.toolCalls).filter(isRecord);
  const older = isRecord(message.function_call) ? [message.function_call] : [];
  const flat =
    message.function_call_name === undefined
      ? []
      : [{ name: message.function_call_name, arguments: message.function_call_arguments_json ?? null }];
  return [...calls, ...older, ...flat].flatMap((call) => toToolCall(call));
};

const reasoningOf = (message: Attributes): Part[] => {
  const text = textOf(message.reasoning_content) ?? textOf(message.reasoning);
  return text === undefined ? [] : [{ type: 'reasoning', content: text }];
};

const contentOf = (message: Attributes): Json | undefined => {
  const content = message.content ?? message.contents ?? message.text ?? null;
  if (typeof content !== 'string' || !/^\s*\[\s*\{/.test(content)) return content;
  // A list of parts as JSON; any other JSON is what was said.
  const parts = lenientJson(content);
  return isList(parts) && parts.every((part) => isPart(part) || isKeyedPart(part)) ? parts : content;
};

const asToolResult = (message: Attributes, parts: readonly Part[]): readonly Part[] => {
  const id = textOf(message.tool_call_id) ?? textOf(message.toolCallId) ?? textOf(message.id);
  if (parts.some((part) => part.type === 'tool_call_response')) return parts;
  const texts = parts.map((part) => part.content);
  const [only] = texts;
  const response = texts.length === 1 ? (only ?? null) : texts.filter((text) => typeof text === 'string').join('\n');
  return [{ type: 'tool_call_response', ...(id === undefined ? {} : { id }), response }];
};

const partsOfMessage = (message: Attributes, role: string): readonly Part[] => {
  if (isList(message.parts)) return message.parts.flatMap(partsOf);
  if (roleOfItem(message) !== undefined) return partsOf(message);
  const parts = [...reasoningOf(message), ...partsOf(contentOf(message))];
  const refusal = textOf(message.refusal);
  if (refusal !== undefined) parts.push({ type: 'refusal', content: refusal });
  if (role === 'tool') return asToolResult(message, parts);
  const calls = toolCallsOf(message);
  // OpenInference marks a call among the contents too, without what is called.
  const isTold = (part: Part): boolean =>
    part.type === 'tool_call' &&
    part.name === undefined &&
    calls.some(({ id }) => part.id === undefined || id === part.id);
  return [...parts.filter((part) => !isTold(part)), ...calls];
};

/** What a message is wrapped in: OpenInference's and OpenAI's `message`, LangChain's `kwargs` or `data`, Gemini's `content`. */
const unwrapped = (sent: Attributes): Attributes => {
  const { message, kwargs, content, generation_info: info, ...rest } = sent;
  if (isRecord(message) && sent.role === undefined) {
    const reason = isRecord(info) ? (info.finish_reason ?? info.stop_reason) : undefined;
    return { ...rest, ...(reason === undefined ? {} : { finish_reason: reason }), ...unwrapped(message) };
  }
  if (isRecord(sent.data) && roleByType(sent) !== undefined) return { type: sent.type ?? null, ...sent.data };
  if (isRecord(kwargs) && sent.lc !== undefined) return { ...kwargs, id: sent.id ?? null };
  if (isRecord(content) && isList(content.parts)) return { ...rest, ...content };
  return sent;
};

const messageOf = (sent: Attributes, defaultRole: string): Message => {
  const message = unwrapped(sent);
  const item = roleOfItem(message);
  const role = roleOf(message.role) ?? roleByType(message) ?? item ?? defaultRole;
  const name = role === 'tool' ? undefined : textOf(message.name);
  const reason = textOf(message.finish_reason) ?? textOf(message.finishReason) ?? textOf(message.stop_reason);
  return {
    role,
    parts: partsOfMessage(message, role),
    ...(name === undefined || item !== undefined ? {} : { name }),
    ...(reason === undefined ? {} : { finish_reason: toFinishReason(reason) }),
  };
};

/** Where a request or a response keeps its messages; `system` and the like come first. */
const LISTS = [
  'messages',
  'contents',
  'input',
  'prompt',
  'choices',
  'candidates',
  'generations',
  'items',
  'output',
  'outputs',
  'inputs',
  'update',
];
const SYSTEMS = ['system', 'instructions', 'system_instruction', 'systemInstruction'];

const isMessage = (value: Attributes): boolean =>
  value.role !== undefined ||
  value.parts !== undefined ||
  value.tool_calls !== undefined ||
  value.finish_reason !== undefined ||
  isRecord(value.message) ||
  value.lc !== undefined ||
  roleOfItem(value) !== undefined ||
  roleByType(value) !== undefined;

const ofRecord = (value: Attributes, role: string, sent: Json): readonly Message[] => {
  if (isMessage(value)) return [messageOf(value, role)];
  if (isPart(value)) return [{ role, parts: partsOf(value) }];
  const system = SYSTEMS.flatMap((name) => {
    const parts = partsOf(isRecord(value[name]) && isList(value[name].parts) ? value[name].parts : value[name]);
    return parts.length === 0 ? [] : [{ role: 'system', parts }];
  });
  for (const name of LISTS) {
    const held = value[name];
    if (held === undefined || held === null) continue;
    return [...system, ...toMessages(held, role)];
  }
  if (system.length > 0 && Object.keys(value).length === system.length) return system;
  if (value.content !== undefined || value.text !== undefined) return [messageOf(value, role)];
  return [{ role, parts: [textPart(typeof sent === 'string' ? sent : JSON.stringify(value))] }];
};

/** Whether an item of a list may be a message; what else is in a list is what was said, all of it together. */
const mayBeMessage = (item: Json): boolean =>
  typeof item === 'string' ||
  isList(item) ||
  (isRecord(item) &&
    (isMessage(item) ||
      isPart(item) ||
      item.content !== undefined ||
      item.text !== undefined ||
      LISTS.some((name) => item[name] !== undefined)));

const ofList = (list: readonly Json[], role: string): readonly Message[] => {
  if (list.length > 0 && !list.some(mayBeMessage)) return [{ role, parts: [textPart(JSON.stringify(list))] }];
  const isContent =
    list.length > 0 && list.every((item) => isPart(item) && isRecord(item) && roleOfItem(item) === undefined);
  if (isContent) return [{ role, parts: list.flatMap(partsOf) }];
  return list.flatMap((item) => toMessages(item, role));
};

/** Messages of any shape as one; text that is no message is one of the given role. */
export const toMessages = (sent: Json, role: string): readonly Message[] => {
  const value = lenientJson(sent);
  if (value === null || value === '') return [];
  if (isList(value)) return ofList(value, role);
  if (isRecord(value)) return ofRecord(value, role, sent);
  return [{ role, parts: [textPart(typeof value === 'string' ? value : JSON.stringify(value))] }];
};

/** The texts of messages, a line each. */
export const textsOf = (messages: readonly Message[]): string =>
  messages
    .flatMap(({ parts }) => parts.filter((part) => part.type === 'text').map((part) => part.content))
    .filter((text): text is string => typeof text === 'string' && text !== '')
    .join('\n');

/** What was asked: the last message of the user, else all that there is. Empty: no text. */
export const promptOf = (input: readonly Message[]): string => {
  const asked = input.filter((message) => message.role === 'user' && textsOf([message]) !== '').slice(-1);
  return textsOf(asked.length === 0 ? input : asked);
};
