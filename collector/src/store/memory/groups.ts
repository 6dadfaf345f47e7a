import { endNanosOf, type TraceSummary } from 'noveum-proto';

import { decodeGroupCursor, encodeGroupCursor } from '../group-cursor.js';
import {
  compareGroups,
  COUNTED_GROUPS,
  COUNTED_OTHERS,
  type GroupPage,
  groupValue,
  type GroupQuery,
  SHOWN_OTHERS,
  type TraceGroup,
} from '../group-query.js';
import { matches, numberOf } from '../matches.js';

const least = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
const greatest = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b > a ? b : a));

const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce((a, b) => (a === null || b === null ? (a ?? b) : a + b), null);

/** Billionths: whole numbers, so that a sum is the same in any order. */
const COST_UNITS = 1e9;

const costOf = (traces: readonly TraceSummary[]): number | null => {
  const costs = traces.map((trace) => numberOf(trace, 'total_cost'));
  const units = sum(costs.map((cost) => (cost === null ? null : Math.round(cost * COST_UNITS))));
  return units === null ? null : units / COST_UNITS;
};

const groupOf = (id: string, traces: readonly TraceSummary[], by: GroupQuery['by']): TraceGroup => {
  const starts = traces.map((trace) => BigInt(trace.start_unix_nano));
  const others = new Set(
    traces
      .map(({ metadata }) => (by === 'sessionId' ? metadata.user_id : metadata.session_id))
      .filter((other) => other !== null),
  );
  const isMany = others.size > COUNTED_OTHERS;
  return {
    project: traces[0]?.project ?? '',
    id,
    traceCount: traces.length,
    spanCount: traces.reduce((total, trace) => total + trace.span_count, 0),
    errorCount: traces.reduce((total, trace) => total + trace.error_count, 0),
    totalTokens: sum(traces.map((trace) => numberOf(trace, 'total_tokens'))),
    totalCost: costOf(traces),
    firstUnixNano: least(starts),
    lastUnixNano: greatest(starts),
    endUnixNano: greatest(traces.map((trace) => endNanosOf(trace) ?? BigInt(trace.start_unix_nano))),
    others: {
      first: [...others].sort().slice(0, SHOWN_OTHERS),
      count: isMany ? COUNTED_OTHERS : others.size,
      relation: isMany ? 'gte' : 'eq',
    },
  };
};

/** What sessions and users mean, said over documents. */
export const groupsOf = (documents: readonly TraceSummary[], query: GroupQuery): GroupPage => {
  const { by, filter, sort, limit, offset, cursor } = query;
  const idOf = ({ metadata }: TraceSummary) => (by === 'sessionId' ? metadata.session_id : metadata.user_id);
  const placeOf = (group: TraceGroup) => ({ ...group, value: groupValue(group, sort.field) });
  const after = cursor === undefined ? null : decodeGroupCursor(query, cursor);
  const found = [
    ...Map.groupBy(
      documents.filter((document) => idOf(document) !== null && matches(document, filter)),
      (document) => JSON.stringify([idOf(document), document.project]),
    ).values(),
  ]
    .map((traces) => groupOf(traces.map(idOf).find((id) => id !== null) ?? '', traces, by))
    .sort((a, b) => compareGroups(placeOf(a), placeOf(b), sort.direction));
  const rest =
    after === null
      ? found.slice(offset)
      : found.filter((group) => compareGroups(placeOf(group), after, sort.direction) > 0);
  const groups = rest.slice(0, limit);
  const last = groups.at(-1);
  return {
    groups,
    total: Math.min(found.length, COUNTED_GROUPS),
    totalRelation: found.length > COUNTED_GROUPS ? 'gte' : 'eq',
    nextCursor: last === undefined || rest.length <= limit ? null : encodeGroupCursor(query, placeOf(last)),
  };
};
