import { type CallRow, type SpanType, totalsOfCalls, traceStatusOf } from 'noveum-proto';

import type { GenAiFacts, RankedText, RootFacts, SpanFacts, TraceFragment } from '../trace-store.js';
import { STATUS_CODE } from './schema.js';

/** What a day's index holds of a trace, in the writer's hands. */
export interface TraceRow {
  /** 0 until it is in the index. */
  id: number;
  /** Of `Kinds`, as it was saved last; 0 until it is in the index. */
  kind: number;
  readonly project: number;
  readonly key: string;
  start: bigint;
  /** Latest end; 0: none. */
  end: bigint;
  status: number;
  spans: number;
  errors: number;
  tokens: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  cost: number | null;
  isGenAi: boolean;
  models: readonly string[];
  providers: readonly string[];
  spanTypes: readonly SpanType[];
  /** Every span held, for counting calls; null: not in memory, and then the document has to tell. */
  rows: readonly CallRow[] | null;
  name: RankedText | null;
  user: RankedText | null;
  session: RankedText | null;
  environment: RankedText | null;
  services: readonly string[];
  tags: readonly string[];
  errorTypes: readonly string[];
  root: RootFacts | null;
  unfinishedSpans: number;
  firstReceived: number;
  lastReceived: number;
  fragments: number;
  /** Set where the document was derived as a whole: native traces, logs, repeated or changed spans. */
  summary: string | null;
  /** Ids of the spans held, as `SpanFacts.spanIds`. */
  spanIds: Uint8Array[];
  /** The same as a set, made at the first question. */
  heldSpans: Set<string> | null;
  /** CRC-32 of each fragment's payload. */
  payloadHashes: number[];
}

export const newTraceRow = (project: number, key: string): TraceRow => ({
  id: 0,
  kind: 0,
  project,
  key,
  start: 0n,
  end: 0n,
  status: STATUS_CODE.ok,
  spans: 0,
  errors: 0,
  tokens: null,
  inputTokens: null,
  outputTokens: null,
  cost: null,
  isGenAi: false,
  models: [],
  providers: [],
  spanTypes: [],
  rows: [],
  name: null,
  user: null,
  session: null,
  environment: null,
  services: [],
  tags: [],
  errorTypes: [],
  root: null,
  unfinishedSpans: 0,
  firstReceived: 0,
  lastReceived: 0,
  fragments: 0,
  summary: null,
  spanIds: [],
  heldSpans: null,
  payloadHashes: [],
});

const lesser = (a: RankedText | null, b: RankedText | null): RankedText | null =>
  a === null ? b : b === null || a.rank <= b.rank ? a : b;

const union = <T extends string>(a: readonly T[], b: readonly T[]): readonly T[] => {
  if (b.every((text) => a.includes(text))) return a;
  return a.length === 0 ? b : [...new Set([...a, ...b])];
};

/** Calls are told apart by all spans of a trace, or there are none. */
const canCountCalls = (row: TraceRow, genAi: GenAiFacts): boolean =>
  row.rows !== null || (!row.isGenAi && !genAi.isSaid);

/** True where the sums of row and facts may simply be joined: no span known already (`heldSpans`), one root at most. */
export const canJoin = (row: TraceRow, facts: SpanFacts | null, heldSpans: number): facts is SpanFacts =>
  facts !== null &&
  row.summary === null &&
  (row.root === null || facts.root === null) &&
  heldSpans === 0 &&
  canCountCalls(row, facts.genAi);

/** OTLP's times have 64 bits without a sign, SQLite's integers with one: what lies after the year 2262 counts as its end. */
const LATEST = 2n ** 63n - 1n;
export const storable = (nanos: bigint): bigint => (nanos > LATEST ? LATEST : nanos);

/** The key's environment counts where no span names one. */
const keyRanked = (environment: string | null): RankedText | null =>
  environment === null ? null : { text: environment, rank: `2${environment}` };

const joinGenAi = (row: TraceRow, genAi: GenAiFacts): void => {
  row.isGenAi ||= genAi.isSaid;
  row.models = union(row.models, genAi.models);
  row.providers = union(row.providers, genAi.providers);
  row.spanTypes = union(row.spanTypes, genAi.spanTypes);
  row.rows = row.rows === null ? null : row.rows.length === 0 ? genAi.rows : [...row.rows, ...genAi.rows];
};

/** Once for all that was joined. */
export const countCallsOf = (row: TraceRow): void => {
  if (!row.isGenAi || row.rows === null) return;
  const totals = totalsOfCalls(row.rows);
  row.tokens = totals.total_tokens ?? null;
  row.inputTokens = totals.total_input_tokens ?? null;
  row.outputTokens = totals.total_output_tokens ?? null;
  row.cost = totals.total_cost ?? null;
};

export const joinFacts = (row: TraceRow, facts: SpanFacts, keyEnvironment: string | null): void => {
  const start = storable(facts.startUnixNano);
  const end = storable(facts.endUnixNano);
  if (row.spans === 0 || start < row.start) row.start = start;
  if (end > row.end) row.end = end;
  row.spans += facts.spanIds.length / SPAN_ID_BYTES;
  row.errors += facts.errorCount;
  row.unfinishedSpans += facts.unfinishedSpans;
  row.root ??= facts.root;
  row.status = STATUS_CODE[traceStatusOf(row.root, row.errors, null)];
  row.name = lesser(row.name, facts.name);
  row.user = lesser(row.user, facts.userId);
  row.session = lesser(row.session, facts.sessionId);
  row.environment = lesser(row.environment, lesser(facts.environment, keyRanked(keyEnvironment)));
  row.services = union(row.services, facts.services);
  row.tags = union(row.tags, facts.tags);
  row.errorTypes = union(row.errorTypes, facts.errorTypes);
  joinGenAi(row, facts.genAi);
};

export const noteArrival = (row: TraceRow, fragment: TraceFragment): void => {
  const at = fragment.receivedAtMillis;
  row.firstReceived = row.fragments === 0 ? at : Math.min(row.firstReceived, at);
  row.lastReceived = Math.max(row.lastReceived, at);
  row.fragments++;
};

export const isIncomplete = (row: TraceRow): boolean => row.root?.ended !== true;

const SPAN_ID_BYTES = 8;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const hold = (held: Set<string>, spanIds: Uint8Array): void => {
  const ids = asBuffer(spanIds);
  for (let at = 0; at < ids.length; at += SPAN_ID_BYTES) held.add(ids.toString('latin1', at, at + SPAN_ID_BYTES));
};

const heldSpansOf = (row: TraceRow): Set<string> => {
  if (row.heldSpans !== null) return row.heldSpans;
  const held = new Set<string>();
  row.heldSpans = held;
  for (const ids of row.spanIds) hold(held, ids);
  return held;
};

/** How many of the fragment's spans the row holds already, by id. */
export const countHeldSpans = (row: TraceRow, facts: SpanFacts): number => {
  if (row.spanIds.length === 0) return 0;
  const held = heldSpansOf(row);
  const ids = asBuffer(facts.spanIds);
  let count = 0;
  for (let at = 0; at < ids.length; at += SPAN_ID_BYTES)
    if (held.has(ids.toString('latin1', at, at + SPAN_ID_BYTES))) count++;
  return count;
};

export const holdSpans = (row: TraceRow, spanIds: Uint8Array): void => {
  row.spanIds.push(spanIds);
  if (row.heldSpans !== null) hold(row.heldSpans, spanIds);
};
