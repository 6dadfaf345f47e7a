import type {
  Attributes,
  Derive,
  EventDocument,
  Json,
  ScoreDocument,
  SpanDocument,
  SpanType,
} from '../document/index.js';
import { countCalls, type CallRow, hasUsage } from './count-calls.js';
import { type DerivedSpan, deriveSpan } from './derive-span.js';
import { evaluatedResponse, scoresOfEvents, traceScoresOf } from './scores.js';

const TYPES: ReadonlySet<string> = new Set<SpanType>([
  'llm',
  'agent',
  'tool',
  'retrieval',
  'embedding',
  'rerank',
  'chain',
  'guardrail',
  'evaluator',
  'workflow',
  'span',
]);

/** As sent, where a sender says it and it is one. */
const typeOf = (span: SpanDocument, derived: DerivedSpan): SpanType => {
  const { sent } = span.noveum ?? {};
  const named =
    typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? (sent as Attributes).type : undefined;
  return typeof named === 'string' && TYPES.has(named) ? (named as SpanType) : derived.type;
};

interface Told {
  readonly span: SpanDocument;
  readonly derived: DerivedSpan;
  readonly type: SpanType;
  readonly row: CallRow;
}

const tell = (span: SpanDocument): Told => {
  const derived = deriveSpan(span);
  const type = typeOf(span, derived);
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
    },
  };
};

/** Evaluations that name no span but a response. */
const scoresByResponse = (events: readonly EventDocument[]): ReadonlyMap<string, readonly ScoreDocument[]> => {
  const found = new Map<string, ScoreDocument[]>();
  for (const event of events) {
    const response = evaluatedResponse(event);
    if (response !== undefined) found.set(response, [...(found.get(response) ?? []), ...scoresOfEvents([event])]);
  }
  return found;
};

const shownSpan = (told: Told, scores: readonly ScoreDocument[], isCounted: boolean): SpanDocument => {
  const { derived, row, span, type } = told;
  const keys = Object.keys(derived.attributes);
  const says = keys.length > 0 || scores.length > 0 || derived.facts !== null;
  if (!says) return type === span.type ? span : { ...span, type };
  const noted: Attributes = {
    rules: derived.rules,
    keys,
    ...(hasUsage(row) ? { usage_counts: isCounted } : {}),
  };
  return {
    ...span,
    type,
    attributes: { ...span.attributes, ...derived.attributes },
    ...(scores.length === 0 ? {} : { scores }),
    noveum: { ...span.noveum, derived: noted },
  };
};

const sumOf = (rows: Iterable<CallRow>, amount: (row: CallRow) => number | null): number => {
  let sum = 0;
  for (const row of rows) sum += amount(row) ?? 0;
  return sum;
};

/** Sums over floating-point numbers in one order, without what adding them leaves behind the twelfth place. */
const PLACES = 12;

const totalsOf = (rows: readonly CallRow[]): Readonly<Record<string, Json>> => {
  const { cost, usage } = countCalls(rows);
  const counted = rows.filter((row) => usage.has(row));
  return {
    ...(counted.length === 0
      ? {}
      : {
          total_tokens: sumOf(counted, (row) => row.totalTokens),
          total_input_tokens: sumOf(counted, (row) => row.inputTokens),
          total_output_tokens: sumOf(counted, (row) => row.outputTokens),
        }),
    ...(cost.size === 0
      ? {}
      : {
          total_cost: Number(
            sumOf(
              rows.filter((row) => cost.has(row)),
              (row) => row.costUsd,
            ).toFixed(PLACES),
          ),
        }),
  };
};

const setOf = (values: Iterable<string | null | undefined>): string[] =>
  [...new Set(values)].filter((value) => typeof value === 'string').sort();

/** Derives a whole trace: each span, then what only all of them together tell. */
export const deriveTrace: Derive = (spans, events) => {
  const told = spans.map(tell);
  const rows = told.map(({ row }) => row);
  const { usage } = countCalls(rows);
  const byResponse = scoresByResponse(events);
  const shown = told.map((one) => {
    const response = one.row.responseId;
    const scores = [...one.derived.scores, ...((response === null ? undefined : byResponse.get(response)) ?? [])];
    return { span: shownSpan(one, scores, usage.has(one.row)), scores };
  });
  const named = new Set(told.map(({ row }) => row.responseId));
  const unplaced = events.filter((event) => !named.has(evaluatedResponse(event) ?? null));
  return {
    spans: shown.map(({ span }) => span),
    attributes: totalsOf(rows),
    models: setOf(told.map(({ row, type }) => (type === 'span' ? null : row.model))),
    providers: setOf(told.map(({ derived }) => derived.facts?.provider)),
    scores: [
      ...shown.flatMap(({ scores, span }) => scores.map((score) => ({ ...score, span_id: span.span_id }))),
      ...spans.flatMap(traceScoresOf),
      ...scoresOfEvents(unplaced),
    ],
  };
};
