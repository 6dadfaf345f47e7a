import type { Attributes, Json } from '../document/index.js';
import { isList, valueAt } from './convert.js';
import { DIALECTS } from './dialects.js';
import { toDocuments } from './documents.js';
import { messagesOfEventList, messagesOfEvents } from './event-messages.js';
import { lenientJson } from './lenient-json.js';
import { partsOf, type Part } from './message-parts.js';
import { type Message, toMessages } from './messages.js';
import type { Dialect, MessageRow, MessageSlot, SpanInput } from './table.js';
import { toToolDefinitions } from './tool-definitions.js';
import { createUnflattening } from './unflatten.js';

/** What was said in a call, in one shape whatever the dialect; empty where nothing was. */
export interface SpanMessages {
  readonly system: readonly Part[];
  readonly input: readonly Message[];
  readonly output: readonly Message[];
  readonly tools: readonly Attributes[];
  readonly documents: readonly Attributes[];
}

export interface FoundMessages extends SpanMessages {
  readonly rules: Readonly<Partial<Record<MessageSlot, string>>>;
}

type Shaped = Partial<{ -readonly [Slot in MessageSlot]: SpanMessages[Slot] }>;

const inEvents = (sent: Json, to: MessageSlot): readonly Message[] | null =>
  to === 'input' || to === 'output' ? (messagesOfEventList(sent)?.[to] ?? null) : null;

const SHAPE = {
  system: (sent) => partsOf(lenientJson(sent)),
  input: (sent, role) => inEvents(sent, 'input') ?? toMessages(sent, role),
  output: (sent, role) => inEvents(sent, 'output') ?? toMessages(sent, role),
  tools: toToolDefinitions,
  documents: toDocuments,
} as const satisfies { [Slot in MessageSlot]: (sent: Json, role: string) => SpanMessages[Slot] };

interface Search {
  readonly span: SpanInput;
  readonly attributes: Attributes;
  readonly unflatten: (prefix: string) => Json | undefined;
  readonly operation: string;
  readonly shaped: Shaped;
  readonly rules: Partial<Record<MessageSlot, string>>;
}

const sentOf = (row: MessageRow, { attributes, unflatten }: Search): Json | undefined => {
  let sent = row.from.endsWith('.') ? unflatten(row.from) : attributes[row.from];
  if (sent === undefined || sent === null) return undefined;
  if (row.at !== undefined) sent = valueAt(lenientJson(sent), row.at);
  if (sent === undefined || row.each === undefined || !isList(sent)) return sent;
  const { each } = row;
  return sent.flatMap((item) => valueAt(item, each) ?? []);
};

const holds = (row: MessageRow, operation: string): boolean =>
  row.except?.includes(operation) !== true && (row.only?.includes(operation) ?? true);

const DEFAULT_ROLE = { system: 'system', input: 'user', output: 'assistant', tools: '', documents: '' } as const;

const put = <Slot extends MessageSlot>(into: Shaped, slot: Slot, shaped: SpanMessages[Slot]): boolean => {
  if (shaped.length === 0) return false;
  into[slot] = shaped;
  return true;
};

const SLOTS = Object.keys(SHAPE) as readonly MessageSlot[];

const searchRows = (search: Search, dialect: Dialect): void => {
  const { operation, rules, shaped } = search;
  for (const row of dialect.messages ?? []) {
    if (shaped[row.to] !== undefined || !holds(row, operation)) continue;
    const sent = sentOf(row, search);
    if (sent === undefined) continue;
    const found = SHAPE[row.to](sent, row.role ?? DEFAULT_ROLE[row.to]);
    if (put(shaped, row.to, found)) rules[row.to] = `${dialect.name}/${row.from}`;
  }
};

const searchComposed = ({ attributes, rules, shaped, span }: Search, dialect: Dialect): void => {
  if (dialect.compose === undefined) return;
  const composed = dialect.compose({ ...span, attributes });
  for (const slot of SLOTS) {
    const sent = composed[slot];
    if (sent === undefined || shaped[slot] !== undefined) continue;
    const found = SHAPE[slot](sent, DEFAULT_ROLE[slot]);
    if (put(shaped, slot, found)) rules[slot] = `${dialect.name}/composed`;
  }
};

const searchEvents = ({ rules, shaped, span }: Search): void => {
  if (span.events.length === 0) return;
  const told = messagesOfEvents(span.events);
  if (shaped.input === undefined && put(shaped, 'input', told.input)) rules.input = 'otel-before/message-events';
  if (shaped.output === undefined && put(shaped, 'output', told.output)) rules.output = 'otel-before/message-events';
  const results = span.events.filter((event) => event.name === 'db.query.result' || event.name === 'db.search.result');
  const documents = results.map(({ attributes }) =>
    Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name.replace(/^db\.\w+\.result\./, ''), value]),
    ),
  );
  if (shaped.documents === undefined && put(shaped, 'documents', toDocuments(documents)))
    rules.documents = 'traceloop/db.query.result';
};

const EVENTS_AFTER = 'otel-next';

/** The first dialect that says something is believed, of each kind of message on its own. */
export const findMessages = (span: SpanInput, attributes: Attributes, operation: string): FoundMessages => {
  const unflatten = createUnflattening(attributes);
  const search: Search = { span, attributes, unflatten, operation, shaped: {}, rules: {} };
  const scopeName = span.scope?.name ?? '';
  for (const dialect of DIALECTS) {
    if (dialect.isSpoken?.(scopeName) === false) continue;
    searchRows(search, dialect);
    searchComposed(search, dialect);
    if (dialect.name === EVENTS_AFTER) searchEvents(search);
  }
  const { rules, shaped } = search;
  return {
    system: shaped.system ?? [],
    input: shaped.input ?? [],
    output: shaped.output ?? [],
    tools: shaped.tools ?? [],
    documents: shaped.documents ?? [],
    rules,
  };
};
