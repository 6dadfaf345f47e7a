import { countCalls, hasCost, hasUsage } from '../dialects/index.js';
import { durationMillis, isFailed, isoOfNanos } from '../document/index.js';
import type { OutlineSpan, TraceOutline } from './outline-span.js';
import { byStart, type ToldSpan } from './told-span.js';
import { treeOrderOf } from './tree-order.js';

const SECONDS_LENGTH = '2026-11-21T03:49:55.'.length;
const FRACTION_DIGITS = 9;

/** Many spans start in one second, whose text is made once. */
const createIsoTexts = () => {
  let lastSeconds = '';
  let lastText = '';
  return (nanos: bigint, digits: string): string => {
    const seconds = digits.slice(0, -FRACTION_DIGITS);
    if (seconds !== lastSeconds || lastText === '') {
      lastSeconds = seconds;
      lastText = isoOfNanos(nanos).slice(0, SECONDS_LENGTH);
    }
    return `${lastText}${digits.slice(-FRACTION_DIGITS).padStart(FRACTION_DIGITS, '0')}Z`;
  };
};

const HIGH = 2 ** 32;
/** Differences of so many halves, a hundred days, are exact in a number. */
const MOST_HALVES = 2 ** 20;
const NANOS_PER_MICRO = 1000;

const durationOf = (span: ToldSpan): number | null => {
  if (!span.isEnded) return null;
  const halves = span.endHigh - span.startHigh;
  if (halves > MOST_HALVES || halves < 0) return durationMillis(span.startUnixNano, span.endUnixNano);
  const passed = halves * HIGH + (span.endLow - span.startLow);
  return passed <= 0 ? 0 : Math.floor((passed + NANOS_PER_MICRO / 2) / NANOS_PER_MICRO) / 1000;
};

/** What counts, by a span's place. */
const USAGE = 1;
const COST = 2;
const PRICE = 4;

const countsOf = (ordered: readonly ToldSpan[]): Uint8Array => {
  const { cost, unpriced, usage } = countCalls(ordered);
  return Uint8Array.from(
    ordered,
    (span) =>
      (usage.has(span) ? USAGE : 0) |
      (cost.has(span) ? COST : 0) |
      (span.priceUsd !== null && unpriced.has(span) ? PRICE : 0),
  );
};

const tokensOf = (span: ToldSpan): OutlineSpan['tokens'] =>
  hasUsage(span)
    ? { input: span.inputTokens ?? 0, output: span.outputTokens ?? 0, total: span.totalTokens ?? 0 }
    : null;

const costOf = (span: ToldSpan, counts: number): number | null =>
  hasCost(span) ? span.costUsd : (counts & PRICE) === 0 ? null : span.priceUsd;

/** `told`: all spans of a trace, with distinct ids, in any order: what counts is known of all together. */
export const outlineOfTold = (traceId: string, told: readonly ToldSpan[]): TraceOutline => {
  const ordered = told.toSorted(byStart);
  const counts = countsOf(ordered);
  const { childCounts, depths, order } = treeOrderOf(ordered);
  const isoText = createIsoTexts();
  let places: Map<string, number> | null = null;
  const placeOf = (spanId: string): number | undefined => {
    places ??= new Map(ordered.map((span, at) => [span.spanId, at]));
    return places.get(spanId);
  };

  const rowAt = (at: number): OutlineSpan => {
    const span = ordered[at] as ToldSpan;
    const start = span.startUnixNano;
    const digits = String(start);
    const counted = counts[at] ?? 0;
    return {
      span_id: span.spanId,
      parent_span_id: span.parentId,
      depth: depths[at] ?? 0,
      child_count: childCounts[at] ?? 0,
      name: span.name,
      type: span.type,
      kind: span.kind,
      status: span.status,
      has_error: isFailed(span.status),
      start_time: span.startTime ?? isoText(start, digits),
      start_unix_nano: digits,
      duration_ms: durationOf(span),
      service: span.service,
      model: span.model,
      provider: span.provider,
      entity: span.entity,
      tokens: tokensOf(span),
      usage_counts: (counted & USAGE) !== 0,
      cost: costOf(span, counted),
      cost_counts: (counted & (COST | PRICE)) !== 0,
      ...(span.handoff === null ? {} : { handoff: span.handoff }),
    };
  };

  return {
    traceId,
    size: ordered.length,
    rows: (from, to) => order.slice(from, to).map(rowAt),
    idsInTree: (from, to) => order.slice(from, to).map((at) => (ordered[at] as ToldSpan).spanId),
    idsByStart: (from, to) => ordered.slice(from, to).map(({ spanId }) => spanId),
    rowOf(spanId) {
      const at = placeOf(spanId);
      return at === undefined ? null : rowAt(at);
    },
  };
};
