import type { Attributes, EventDocument, Json } from '../document/index.js';
import { isRecord, label, number } from './convert.js';
import { lenientJson } from './lenient-json.js';
import { toDocuments } from './documents.js';
import { type Message, toMessages } from './messages.js';

/** The events of 1.28 to 1.36, on the span or as log records, and the role that each stands for. */
const ROLES: Readonly<Record<string, string>> = {
  'gen_ai.system.message': 'system',
  'gen_ai.user.message': 'user',
  'gen_ai.assistant.message': 'assistant',
  'gen_ai.tool.message': 'tool',
  'gen_ai.choice': 'assistant',
};

const roleOf = (name: string): string | undefined => (Object.hasOwn(ROLES, name) ? ROLES[name] : undefined);

const WHOLE_CONTENT = 'gen_ai.event.content';

/** A log record's body, else the attributes; both where each says something. */
const contentOf = (event: EventDocument): Attributes => {
  const body = lenientJson((event as { readonly body?: Json }).body ?? null);
  const told = isRecord(body) ? body : typeof body === 'string' ? { content: body } : {};
  // All of the message as one attribute, as Azure's SDKs and Semantic Kernel send it.
  const whole = lenientJson(event.attributes[WHOLE_CONTENT] ?? null);
  if (isRecord(whole)) return { ...event.attributes, ...whole, ...told };
  const attributes = Object.fromEntries(
    Object.entries(event.attributes).map(([name, value]) => [
      name.startsWith('gen_ai.event.') ? name.slice('gen_ai.event.'.length) : name,
      value,
    ]),
  );
  return { ...attributes, ...told };
};

const structured = (content: Attributes, name: string): Attributes => {
  const value = content[name];
  return value === undefined ? {} : { [name]: lenientJson(value) };
};

const KNOWN = ['role', 'content', 'tool_calls', 'id', 'name', 'message', 'finish_reason', 'tool_call_id'];

const messagesOf = (event: EventDocument, role: string): readonly Message[] => {
  const content = contentOf(event);
  const known = Object.fromEntries(
    KNOWN.flatMap((name) => (content[name] === undefined ? [] : [[name, content[name]]])),
  );
  const message = { ...known, ...structured(known, 'message'), ...structured(known, 'tool_calls') };
  if (Object.keys(message).length === 0) return [];
  // A choice may hold its message as a text, or as the parts of one.
  const isContent = typeof message.message === 'string' || Array.isArray(message.message);
  const text = isContent ? { content: message.message, message: null } : {};
  const shown = { ...message, ...text } as Attributes;
  return toMessages(isRecord(shown.message) ? shown : { role, ...shown }, role);
};

const indexOf = (event: EventDocument): number => Number(number(contentOf(event).index ?? null) ?? 0);

const timeOf = (event: EventDocument): bigint => BigInt(event.time_unix_nano ?? '0');

const byTime = (a: EventDocument, b: EventDocument): number => {
  const order = timeOf(a) - timeOf(b);
  return order < 0n ? -1 : order > 0n ? 1 : 0;
};

export interface EventMessages {
  readonly input: readonly Message[];
  readonly output: readonly Message[];
}

/** Messages told one by one: in the order of their times, choices by their index, however they came. */
export const messagesOfEvents = (events: readonly EventDocument[]): EventMessages => {
  const told = events.filter((event) => roleOf(event.name) !== undefined).sort(byTime);
  const choices = told.filter((event) => event.name === 'gen_ai.choice').sort((a, b) => indexOf(a) - indexOf(b));
  const asked = told.filter((event) => event.name !== 'gen_ai.choice');
  const read = (event: EventDocument): readonly Message[] => messagesOf(event, roleOf(event.name) ?? 'user');
  return { input: asked.flatMap(read), output: choices.flatMap(read) };
};

const RESULT_EVENTS = new Set(['db.query.result', 'db.search.result']);

/** Documents that a vector database gave, an event each, as Traceloop tells them. */
export const documentsOfEvents = (events: readonly EventDocument[]): readonly Attributes[] =>
  events
    .filter((event) => RESULT_EVENTS.has(event.name))
    .flatMap(({ attributes }) => {
      const named = Object.entries(attributes).map(([name, value]) => [name.replace(/^db\.\w+\.result\./, ''), value]);
      return toDocuments(Object.fromEntries(named) as Attributes);
    });

/** The messages in a list of such events, as Pydantic AI keeps them: `[{"event.name": "gen_ai.user.message", …}]`. */
export const messagesOfEventList = (sent: Json): EventMessages | null => {
  if (typeof sent === 'string' && !sent.includes('event.name')) return null;
  const list = lenientJson(sent);
  if (!Array.isArray(list)) return null;
  const events = (list as readonly Json[]).flatMap((item) => {
    const name = isRecord(item) ? label(item['event.name'] ?? null) : undefined;
    return typeof name === 'string' && isRecord(item) ? [{ name, timestamp: null, attributes: item }] : [];
  });
  return events.length === 0 ? null : messagesOfEvents(events);
};
