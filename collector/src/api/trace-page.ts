import type { Principal } from '../access/index.js';
import { parseTraceQuery, type TraceAnswers } from '../query/index.js';
import type { TraceQuery } from '../store/index.js';
import { type JsonMembers, listPieces } from './json-pieces.js';
import { parsedFor } from './project-scope.js';
import type { RouteContext } from './route.js';
import { wholeTraces } from './whole-traces.js';

export interface AskedPage {
  readonly query: TraceQuery;
  readonly includeSpans: boolean;
  readonly applied: Readonly<Record<string, unknown>>;
}

/** Throws a CollectorError where the parameters can't be taken. */
export const tracePageOf = (search: URLSearchParams, principal: Principal): AskedPage =>
  parsedFor(principal, parseTraceQuery(search));

interface Paged {
  readonly total: number;
  readonly totalRelation: 'eq' | 'gte';
  readonly nextCursor: string | null;
}

export const paginationOf = (page: Paged, { limit, offset }: { readonly limit: number; readonly offset: number }) => ({
  total: page.total,
  total_relation: page.totalRelation,
  limit,
  offset,
  has_more: page.nextCursor !== null,
  next_cursor: page.nextCursor,
});

/** A page of traces with what belongs to it. */
export const tracePageMembers = async (
  answers: TraceAnswers,
  { query, includeSpans, applied }: AskedPage,
  context: RouteContext,
): Promise<JsonMembers> => {
  const page = await answers.page(query);
  const traces = includeSpans
    ? { stream: () => listPieces(wholeTraces(answers, [page.places], context)) }
    : { text: page.summaries };
  return { traces, pagination: { value: paginationOf(page, query) }, filters_applied: { value: applied } };
};
