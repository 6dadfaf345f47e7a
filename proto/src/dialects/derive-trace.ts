import {
  type Attributes,
  type Derive,
  type EventDocument,
  groupBy,
  type SpanDocument,
  type SpanType,
} from '../document/index.js';
import { type CallRow, hasCost, hasUsage } from './call-row.js';
import { countCalls, type CountedCalls } from './count-calls.js';
import { type DerivedSpan, deriveSpan } from './derive-span.js';
import { explainCost, type Prices, priceUsdOf } from './price-calls.js';
import { responseOf } from './response-of.js';
import { STATUS_LEVEL_KEY, toldMessageOf, toldStatusOf } from './told-status.js';
import { scoresOfEvents, traceScoresOf } from './scores.js';
import { sentTypeOf } from './sent-type.js';

interface Told {
  readonly span: SpanDocument;
  readonly derived: DerivedSpan;
  readonly type: SpanType;
  readonly row: CallRow;
}

const NANOS_PER_MILLI = 1e6;
const startMillisOf = (span: SpanDocument): number => Number(span.start_unix_nano) / NANOS_PER_MILLI;

const tell = (span: SpanDocument, more: readonly EventDocument[], prices: Prices | null): Told => {
  const derived = deriveSpan(more.length === 0 ? span : { ...span, events: [...span.events, ...more] });
  const type = sentTypeOf(span) ?? derived.type;
  const { facts } = derived;
  const start = BigInt(span.start_unix_nano);
  return {
    span,
    derived,
    type,
    row: {
      spanId: span.span_id,
      parentId: span.parent_span_id,
      type,
      scopeName: span.scope?.name ?? '',
      startUnixNano: start,
      endUnixNano: span.end_unix_nano === null ? start : BigInt(span.end_unix_nano),
      model: facts?.model ?? null,
      responseId: facts?.responseId ?? null,
      inputTokens: facts?.inputTokens ?? null,
      outputTokens: facts?.outputTokens ?? null,
      totalTokens: facts?.totalTokens ?? null,
      costUsd: facts?.costUsd ?? null,
      priceUsd: prices === null || facts === null ? null : priceUsdOf(prices, facts, startMillisOf(span)),
    },
  };
};

/** Tells the spans; events that name no span but a response belong to the first span that got it. */
const tellAll = (
  spans: readonly SpanDocument[],
  events: readonly EventDocument[],
  prices: Prices | null,
): { told: readonly Told[]; unplaced: readonly EventDocument[] } => {
  const told = spans.map((span) => tell(span, [], prices));
  const byResponse = groupBy(events, (event) => responseOf(event) ?? '');
  byResponse.delete('');
  if (byResponse.size === 0) return { told, unplaced: events };
  const placed = new Set<string>();
  const withEvents = told.map((one) => {
    const response = one.row.responseId;
    const more = response === null || placed.has(response) ? undefined : byResponse.get(response);
    if (response === null || more === undefined) return one;
    placed.add(response);
    return tell(one.span, more, prices);
  });
  return { told: withEvents, unplaced: events.filter((event) => !placed.has(responseOf(event) ?? '')) };
};

interface Priced {
  readonly attributes: Attributes;
  readonly cost: Attributes | null;
}

const PRICED_KEY = 'llm.cost';

/** A cost that counts is explained; one that the book says is shown as if it had been sent. */
const pricedOf = ({ derived, row, span }: Told, counted: CountedCalls, prices: Prices | null): Priced => {
  const { attributes, facts } = derived;
  const counts = counted.usage.has(row) || counted.cost.has(row);
  const cost = prices === null || facts === null || !counts ? null : explainCost(prices, facts, startMillisOf(span));
  const isShown =
    cost?.source === 'computed' && counted.unpriced.has(row) && !Object.hasOwn(span.attributes, PRICED_KEY);
  return { attributes: isShown ? { ...attributes, [PRICED_KEY]: cost.total } : attributes, cost };
};

/** Where a sender tells the status otherwise: it, and what was sent. */
const statusOf = ({ attributes, status, status_message: message }: SpanDocument) => {
  const told = toldStatusOf(status, attributes[STATUS_LEVEL_KEY]);
  if (told === status) return null;
  return {
    shown: { status: told, status_message: message ?? toldMessageOf(attributes) },
    noted: { sent_status: { status, status_message: message } },
  };
};

const shownSpan = (told: Told, counted: CountedCalls, prices: Prices | null): SpanDocument => {
  const { derived, row, span, type } = told;
  const { scores } = derived;
  const { attributes, cost } = pricedOf(told, counted, prices);
  const keys = Object.keys(attributes);
  const status = statusOf(span);
  const says = keys.length > 0 || scores.length > 0 || derived.facts !== null || status !== null;
  if (!says) return type === span.type ? span : { ...span, type };
  const noted: Attributes = {
    rules: derived.rules,
    keys,
    ...(hasUsage(row) ? { usage_counts: counted.usage.has(row) } : {}),
    ...(hasCost(row) || row.priceUsd !== null
      ? { cost_counts: counted.cost.has(row) || counted.unpriced.has(row) }
      : {}),
    ...status?.noted,
  };
  return {
    ...span,
    ...status?.shown,
    type,
    attributes: { ...span.attributes, ...attributes },
    ...(scores.length === 0 ? {} : { scores }),
    noveum: { ...span.noveum, ...(cost === null ? {} : { cost }), derived: noted },
  };
};

const sumOf = (rows: Iterable<CallRow>, amount: (row: CallRow) => number | null): number => {
  let sum = 0;
  for (const row of rows) sum += amount(row) ?? 0;
  return sum;
};

/** Sums over floating-point numbers in one order, without what adding them leaves behind the twelfth place. */
const PLACES = 12;

/** What the calls of a trace come to, each counted once: only what some span told is there. */
export interface CallTotals {
  readonly total_tokens?: number;
  readonly total_input_tokens?: number;
  readonly total_output_tokens?: number;
  /** USD. */
  readonly total_cost?: number;
}

export const totalsOfCalls = (
  rows: readonly CallRow[],
  { cost, unpriced, usage }: CountedCalls = countCalls(rows),
): CallTotals => {
  const counted = rows.filter((row) => usage.has(row));
  const costOf = (row: CallRow): number | null =>
    cost.has(row) ? row.costUsd : unpriced.has(row) ? row.priceUsd : null;
  const priced = rows.filter((row) => costOf(row) !== null);
  return {
    ...(counted.length === 0
      ? {}
      : {
          total_tokens: sumOf(counted, (row) => row.totalTokens),
          total_input_tokens: sumOf(counted, (row) => row.inputTokens),
          total_output_tokens: sumOf(counted, (row) => row.outputTokens),
        }),
    ...(priced.length === 0 ? {} : { total_cost: Number(sumOf(priced, costOf).toFixed(PLACES)) }),
  };
};

const setOf = (values: Iterable<string | null | undefined>): string[] =>
  [...new Set(values)].filter((value) => typeof value === 'string').sort();

/**
 * Derives a whole trace: each span, then what only all of them together tell. Without prices a cost is one that was
 * sent. `count` says which of the calls count where not all spans are given.
 */
export const createDerive =
  (prices: Prices | null = null, count: (rows: readonly CallRow[]) => CountedCalls = countCalls): Derive =>
  (spans, events) => {
    const { told, unplaced } = tellAll(spans, events, prices);
    const rows = told.map(({ row }) => row);
    const counted = count(rows);
    return {
      spans: told.map((one) => shownSpan(one, counted, prices)),
      attributes: { ...totalsOfCalls(rows, counted) },
      models: setOf(told.map(({ row, type }) => (type === 'span' ? null : row.model))),
      providers: setOf(told.map(({ derived }) => derived.facts?.provider)),
      scores: [
        ...told.flatMap(({ derived, span }) => derived.scores.map((score) => ({ ...score, span_id: span.span_id }))),
        ...spans.flatMap(traceScoresOf),
        ...scoresOfEvents(unplaced),
      ],
    };
  };

/** `createDerive` without prices. */
export const deriveTrace: Derive = createDerive();
