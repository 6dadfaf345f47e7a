import { countCalls, hasCost, hasUsage } from '../dialects/index.js';
import { durationMillis, isFailed, isoOfNanos } from '../document/index.js';
import type { OutlineSpan } from './outline-span.js';
import type { ToldSpan } from './told-span.js';
import { inTreeOrder, type Placed } from './tree-order.js';

const byStart = (a: ToldSpan, b: ToldSpan): number => {
  if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? -1 : 1;
  return a.spanId < b.spanId ? -1 : 1;
};

const SECONDS_LENGTH = '2026-11-21T03:49:55.'.length;
const FRACTION_DIGITS = 9;

/** Many spans start in one second, whose text is made once. */
const createIsoTexts = () => {
  let lastSeconds = '';
  let lastText = '';
  return (nanos: bigint, digits: string): string => {
    const seconds = digits.slice(0, -FRACTION_DIGITS);
    if (seconds !== lastSeconds || seconds === '') {
      lastSeconds = seconds;
      lastText = isoOfNanos(nanos).slice(0, SECONDS_LENGTH);
    }
    return `${lastText}${digits.slice(-FRACTION_DIGITS).padStart(FRACTION_DIGITS, '0')}Z`;
  };
};

/** Says what counts only where all spans of a trace are given. `told`: distinct ids, in any order. */
export const outlineOfTold = (told: readonly ToldSpan[]): OutlineSpan[] => {
  const ordered = told.toSorted(byStart);
  const { cost, unpriced, usage } = countCalls(ordered);
  const isoText = createIsoTexts();

  const rowOf = ({ childCount, depth, span }: Placed<ToldSpan>): OutlineSpan => {
    const digits = String(span.startUnixNano);
    const price = unpriced.has(span) ? span.priceUsd : null;
    return {
      span_id: span.spanId,
      parent_span_id: span.parentId,
      depth,
      child_count: childCount,
      name: span.name,
      type: span.type,
      kind: span.kind,
      status: span.status,
      has_error: isFailed(span.status),
      start_time: span.startTime ?? isoText(span.startUnixNano, digits),
      start_unix_nano: digits,
      duration_ms: span.endedUnixNano === null ? null : durationMillis(span.startUnixNano, span.endedUnixNano),
      service: span.service,
      model: span.model,
      provider: span.provider,
      entity: span.entity,
      tokens: hasUsage(span)
        ? { input: span.inputTokens ?? 0, output: span.outputTokens ?? 0, total: span.totalTokens ?? 0 }
        : null,
      usage_counts: usage.has(span),
      cost: hasCost(span) ? span.costUsd : price,
      cost_counts: cost.has(span) || price !== null,
      ...(span.handoff === null ? {} : { handoff: span.handoff }),
    };
  };
  return inTreeOrder(ordered).map(rowOf);
};
