import type { Attributes, Json } from '../document/index.js';
import { isList, valueAt } from './convert.js';
import { DIALECTS } from './dialects.js';
import { lenientJson } from './lenient-json.js';
import { documentsOfEvents, messagesOfEvents } from './event-messages.js';
import { DEFAULT_ROLE, type FoundMessages, type Shaped, SHAPE } from './shapes.js';
import type { Composition, Dialect, MessageRow, MessageSlot, SpanInput } from './table.js';
import { type Indexed, indexedOf, unflatten } from './unflatten.js';

interface Search {
  readonly attributes: Attributes;
  readonly indexed: Indexed;
  readonly operation: string;
  readonly scopeName: string;
  readonly shaped: Shaped;
  readonly rules: Partial<Record<MessageSlot, string>>;
}

/** A place to look for messages; the least rank is believed. */
interface Source {
  readonly rank: number;
  readonly look: (search: Search) => void;
}

const sentOf = (row: MessageRow, { attributes, indexed }: Search): Json | undefined => {
  let sent = row.from.endsWith('.') ? unflatten(indexed, row.from) : attributes[row.from];
  if (sent === undefined || sent === null) return undefined;
  if (row.at !== undefined) sent = valueAt(lenientJson(sent), row.at);
  if (sent === undefined || row.each === undefined || !isList(sent)) return sent;
  const { each } = row;
  return sent.flatMap((item) => valueAt(item, each) ?? []);
};

/** The first that says something stays. */
const put = ({ rules, shaped }: Search, slot: MessageSlot, found: readonly unknown[], rule: string): void => {
  if (found.length === 0 || shaped[slot] !== undefined) return;
  Object.assign(shaped, { [slot]: found });
  rules[slot] = rule;
};

/** What embedding gives back are vectors: no text, and they would fill any index. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['embeddings', 'embedding']);

const isFor = (row: MessageRow, operation: string): boolean =>
  !(row.to === 'output' && SAYS_NOTHING.has(operation)) &&
  row.except?.includes(operation) !== true &&
  (row.only?.includes(operation) ?? true);

const lookAt =
  (dialect: Dialect, row: MessageRow) =>
  (search: Search): void => {
    if (search.shaped[row.to] !== undefined || !isFor(row, search.operation)) return;
    if (dialect.isSpoken?.(search.scopeName) === false) return;
    const sent = sentOf(row, search);
    if (sent === undefined) return;
    put(search, row.to, SHAPE[row.to](sent, row.role ?? DEFAULT_ROLE[row.to]), `${dialect.name}/${row.from}`);
  };

const composing =
  (dialect: Dialect, { compose, to }: Composition) =>
  (search: Search): void => {
    if (search.shaped[to] !== undefined) return;
    const sent = compose(search.attributes);
    if (sent !== undefined) put(search, to, SHAPE[to](sent, DEFAULT_ROLE[to]), `${dialect.name}/composed`);
  };

/** Events are the older conventions' way, and believed as these are. */
const EVENTS_BEFORE = 'otel-before';

const indexSources = () => {
  const sources = new Map<string, Source[]>();
  let rank = 0;
  let eventsRank = 0;
  const add = (from: string, source: Source): void => {
    sources.set(from, [...(sources.get(from) ?? []), source]);
  };
  for (const dialect of DIALECTS) {
    if (dialect.name === EVENTS_BEFORE) eventsRank = rank++;
    for (const row of dialect.messages ?? []) add(row.from, { rank: rank++, look: lookAt(dialect, row) });
    for (const composition of dialect.compositions ?? []) {
      const source = { rank: rank++, look: composing(dialect, composition) };
      for (const from of composition.from) add(from, source);
    }
  }
  return { sources, eventsRank };
};

const { eventsRank, sources } = indexSources();

const lookAtEvents = (span: SpanInput): Source => ({
  rank: eventsRank,
  look: (search) => {
    const told = messagesOfEvents(span.events);
    put(search, 'input', told.input, 'otel-before/message-events');
    put(search, 'output', told.output, 'otel-before/message-events');
    put(search, 'documents', documentsOfEvents(span.events), 'traceloop/db.query.result');
  },
});

/** The first dialect that says something is believed, of each kind of message on its own. */
export const findMessages = (span: SpanInput, attributes: Attributes, operation: string): FoundMessages => {
  const indexed = indexedOf(attributes);
  const toLookAt = new Set<Source>();
  const add = (source: Source): void => void toLookAt.add(source);
  for (const key in attributes) sources.get(key)?.forEach(add);
  for (const prefix of indexed.keys()) sources.get(prefix)?.forEach(add);
  if (span.events.length > 0) add(lookAtEvents(span));
  const scopeName = span.scope?.name ?? '';
  const search: Search = { attributes, indexed, operation, scopeName, shaped: {}, rules: {} };
  for (const { look } of [...toLookAt].sort((a, b) => a.rank - b.rank)) look(search);
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
