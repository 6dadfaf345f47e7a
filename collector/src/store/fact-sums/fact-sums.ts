import { type Attributes, type CallRow, type SpanType, totalsOfCalls, traceStatusOf } from 'noveum-proto';

import type {
  GenAiFacts,
  RankedAttribute,
  RankedText,
  RankedWeight,
  RootFacts,
  SpanFacts,
  TraceFragment,
} from '../trace-store.js';
import { SPAN_ID_BYTES } from './held-spans.js';
import { STATUS_CODE } from './status.js';

/** Sums over what the visitor saw of a trace's spans, which fragments are joined to one by one. */
export interface FactSums {
  start: bigint;
  /** Latest end; 0: none. */
  end: bigint;
  /** See `STATUS_CODE`. */
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
  sdk: RankedText | null;
  weight: RankedWeight | null;
  custom: readonly RankedAttribute[];
  services: readonly string[];
  tags: readonly string[];
  errorTypes: readonly string[];
  root: RootFacts | null;
  unfinishedSpans: number;
  firstReceived: number;
  lastReceived: number;
  fragments: number;
  /** Ids of the spans held, as `SpanFacts.spanIds`. */
  spanIds: Uint8Array[];
  /** The same as a set, made at the first question. */
  heldSpans: Set<string> | null;
}

export const newFactSums = (): FactSums => ({
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
  sdk: null,
  weight: null,
  custom: [],
  services: [],
  tags: [],
  errorTypes: [],
  root: null,
  unfinishedSpans: 0,
  firstReceived: 0,
  lastReceived: 0,
  fragments: 0,
  spanIds: [],
  heldSpans: null,
});

const lesser = <T extends { readonly rank: string }>(a: T | null, b: T | null): T | null =>
  a === null ? b : b === null || a.rank <= b.rank ? a : b;

/** Of a name that both have, what ranks first. */
const joinCustom = (
  held: readonly RankedAttribute[],
  others: readonly RankedAttribute[],
): readonly RankedAttribute[] => {
  if (others.length === 0) return held;
  const joined = new Map(held.map((one) => [one.name, one]));
  for (const one of others) joined.set(one.name, lesser(joined.get(one.name) ?? null, one) ?? one);
  return [...joined.values()];
};

/** As documents have it. */
export const customOf = (attributes: readonly RankedAttribute[]): Attributes =>
  Object.fromEntries(attributes.map(({ name, value }) => [name, value]));

const union = <T extends string>(a: readonly T[], b: readonly T[]): readonly T[] => {
  if (b.every((text) => a.includes(text))) return a;
  return a.length === 0 ? b : [...new Set([...a, ...b])];
};

/** Calls are told apart by all spans of a trace, or there are none. */
const canCountCalls = (sums: FactSums, genAi: GenAiFacts): boolean =>
  sums.rows !== null || (!sums.isGenAi && !genAi.isSaid);

/** True where the facts may simply be joined to the sums: no span known already (`heldSpans`), one root at most. */
export const canJoin = (sums: FactSums, facts: SpanFacts | null, heldSpans: number): facts is SpanFacts =>
  facts !== null && (sums.root === null || facts.root === null) && heldSpans === 0 && canCountCalls(sums, facts.genAi);

/** OTLP's times have 64 bits without a sign, SQLite's integers with one: what lies after the year 2262 counts as its end. */
const LATEST = 2n ** 63n - 1n;
export const storable = (nanos: bigint): bigint => (nanos > LATEST ? LATEST : nanos);

/** The key's environment counts where no span names one. */
const keyRanked = (environment: string | null): RankedText | null =>
  environment === null ? null : { text: environment, rank: `2${environment}` };

const joinGenAi = (sums: FactSums, genAi: GenAiFacts): void => {
  sums.isGenAi ||= genAi.isSaid;
  sums.models = union(sums.models, genAi.models);
  sums.providers = union(sums.providers, genAi.providers);
  sums.spanTypes = union(sums.spanTypes, genAi.spanTypes);
  sums.rows = sums.rows === null ? null : sums.rows.length === 0 ? genAi.rows : [...sums.rows, ...genAi.rows];
};

/** Once for all that was joined. */
export const countCallsOf = (sums: FactSums): void => {
  if (!sums.isGenAi || sums.rows === null) return;
  const totals = totalsOfCalls(sums.rows);
  sums.tokens = totals.total_tokens ?? null;
  sums.inputTokens = totals.total_input_tokens ?? null;
  sums.outputTokens = totals.total_output_tokens ?? null;
  sums.cost = totals.total_cost ?? null;
};

export const joinFacts = (sums: FactSums, facts: SpanFacts, keyEnvironment: string | null): void => {
  const start = storable(facts.startUnixNano);
  const end = storable(facts.endUnixNano);
  if (sums.spans === 0 || start < sums.start) sums.start = start;
  if (end > sums.end) sums.end = end;
  sums.spans += facts.spanIds.length / SPAN_ID_BYTES;
  sums.errors += facts.errorCount;
  sums.unfinishedSpans += facts.unfinishedSpans;
  sums.root ??= facts.root;
  sums.status = STATUS_CODE[traceStatusOf(sums.root, sums.errors, null)];
  sums.name = lesser(sums.name, facts.name);
  sums.user = lesser(sums.user, facts.userId);
  sums.session = lesser(sums.session, facts.sessionId);
  sums.environment = lesser(sums.environment, lesser(facts.environment, keyRanked(keyEnvironment)));
  sums.sdk = lesser(sums.sdk, facts.sdk);
  sums.weight = lesser(sums.weight, facts.weight);
  sums.custom = joinCustom(sums.custom, facts.custom);
  sums.services = union(sums.services, facts.services);
  sums.tags = union(sums.tags, facts.tags);
  sums.errorTypes = union(sums.errorTypes, facts.errorTypes);
  joinGenAi(sums, facts.genAi);
};

export const noteArrival = (sums: FactSums, fragment: TraceFragment): void => {
  const at = fragment.receivedAtMillis;
  sums.firstReceived = sums.fragments === 0 ? at : Math.min(sums.firstReceived, at);
  sums.lastReceived = Math.max(sums.lastReceived, at);
  sums.fragments++;
};

export const isIncomplete = (sums: FactSums): boolean => sums.root?.ended !== true;

/** Nanoseconds; null: it has no end. */
export const durationOf = (sums: FactSums): bigint | null =>
  sums.end === 0n ? null : sums.end > sums.start ? sums.end - sums.start : 0n;
