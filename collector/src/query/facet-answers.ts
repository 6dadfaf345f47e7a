import type { FacetQuery, GroupedBy, GroupPage, GroupQuery, TraceGroup, TraceReader } from '../store/index.js';
import { isoOfNanos } from 'noveum-proto';

import { joinText, type JsonText, listText } from './json-text.js';
import { facetName } from './parse-facet-query.js';

export interface GroupsText extends Omit<GroupPage, 'groups'> {
  /** A JSON array. */
  readonly groups: JsonText;
  /** The same in the same order. */
  readonly places: readonly { readonly project: string; readonly id: string }[];
}

/** What traces have in common, as text. */
export interface FacetAnswers {
  /** A JSON object, a member for each field. */
  facets(query: FacetQuery): Promise<JsonText>;
  /** Throws UnusableCursor and TooManyGroups. */
  groups(query: GroupQuery): Promise<GroupsText>;
}

const NANOS_PER_MICRO = 1000n;

const othersOf = (by: GroupedBy, { first, count, relation }: TraceGroup['others']) =>
  by === 'sessionId'
    ? { users: first, user_count: count, user_count_relation: relation }
    : { sessions: first, session_count: count, session_count_relation: relation };

const groupText = (by: GroupedBy, group: TraceGroup): string =>
  JSON.stringify({
    [by === 'sessionId' ? 'session_id' : 'user_id']: group.id,
    project: group.project,
    trace_count: group.traceCount,
    span_count: group.spanCount,
    error_count: group.errorCount,
    total_tokens: group.totalTokens,
    total_cost: group.totalCost,
    ...othersOf(by, group.others),
    first_seen: isoOfNanos(group.firstUnixNano),
    last_seen: isoOfNanos(group.lastUnixNano),
    duration_ms: Number((group.endUnixNano - group.firstUnixNano) / NANOS_PER_MICRO) / 1000,
  });

export const createFacetAnswers = (reader: TraceReader): FacetAnswers => ({
  async facets(query) {
    const facets = await reader.facets(query);
    const members = [...facets].map(([field, { values, totalValues, relation }]) => [
      facetName(field),
      { values, total_values: totalValues, relation },
    ]);
    return joinText([JSON.stringify(Object.fromEntries(members))]);
  },
  async groups(query) {
    const { groups, ...paging } = await reader.groups(query);
    return {
      ...paging,
      groups: joinText(listText(groups, (group) => [groupText(query.by, group)])),
      places: groups.map(({ project, id }) => ({ project, id })),
    };
  },
});
