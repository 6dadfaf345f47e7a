import { setImmediate as nextTurn } from 'node:timers/promises';

import type { estypes } from '@elastic/elasticsearch';
import type { Fragment, TraceSummary } from 'noveum-proto';

import { collectMatches, type SearchPlace, type SearchStep } from '../../collect-matches.js';
import { matchStored } from '../../match-stored.js';
import { decodeTextCursor, encodeTextCursor, type TextPageEnd } from '../../text-cursor.js';
import type { TextAsked, TracePage, TraceQuery } from '../../trace-store.js';
import { filterQuery } from './filter-query.js';
import { type NewestHeads, type NewestSearch, timesOf } from './newest-heads.js';
import type { ListedHead, ListPlace } from './search-heads.js';
import type { WantedTrace } from './stored-traces.js';
import { termQuery } from './term-query.js';

export interface TextSearchOptions {
  readonly newest: NewestHeads;
  readonly maxValueBytes: number;
  /** What was received of traces, by id, as much as may be looked into. */
  readonly sentOf: (traces: readonly WantedTrace[]) => Promise<Sent>;
  /** Of a trace that several indices hold, the summary of all of it. */
  readonly fold: (head: ListedHead) => Promise<TraceSummary>;
}

type Sent = ReadonlyMap<string, readonly Fragment[]>;

interface Candidate extends SearchPlace {
  readonly heads: readonly [ListedHead, ...ListedHead[]];
}

interface ReadCandidate extends Candidate {
  readonly sent: () => Promise<readonly Fragment[]>;
}

const SEARCH_LIMITS = { traces: 5_000, units: 16 * 1024 * 1024, steps: 50_000 };
/** Where a total is to be exact. */
const EXACT_LIMITS = { traces: 20_000, units: 128 * 1024 * 1024, steps: 200_000 };
const LEAST_AT_ONCE = 50;
const MOST_AT_ONCE = 1_000;
/** One is found to tell that there is more, one asked for to stop at. */
const BEHIND_PAGE = 2;
/** Traces that are read at once, but long ones, each of which is read when it is looked into. */
const READ_TOGETHER = 26;
const FEW_SPANS = 200;

const LATEST_FIRST = { field: 'start_time', direction: 'desc' } as const;

const queryOf = (query: TraceQuery, asked: TextAsked): estypes.QueryDslQueryContainer => {
  const filtered = filterQuery(query.filter);
  return asked.mode === 'substring' ? filtered : { bool: { filter: [filtered, termQuery(asked.query)] } };
};

const candidatesOf = (heads: readonly ListedHead[]): readonly Candidate[] =>
  [...Map.groupBy(heads, ({ id }) => id).values()].map((ofTrace) => {
    const [first, ...others] = ofTrace as [ListedHead, ...ListedHead[]];
    const { project, start_unix_nano: start, trace_key: key } = first.summary;
    return { project, key, start: BigInt(start), heads: [first, ...others] };
  });

/** Finds traces by their texts: those that Elasticsearch proposes, each looked into as it was received. */
export const createTextSearch = (options: TextSearchOptions) => {
  const { fold, maxValueBytes, newest, sentOf } = options;

  /** In the order of the search, page by page. */
  const candidates = async function* (
    asked: Pick<NewestSearch, 'query' | 'startUnixNano' | 'endUnixNano'>,
    start: TextPageEnd | null,
    wanted: number,
  ): AsyncGenerator<readonly Candidate[]> {
    let after: ListPlace | null = start === null ? null : { ...start, value: start.start };
    for (
      let size = Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, wanted));
      ;
      size = Math.min(MOST_AT_ONCE, 2 * size)
    ) {
      const { heads } = await newest({ ...asked, size, after }, false);
      yield candidatesOf(heads);
      const last = heads.at(-1)?.summary;
      if (last === undefined || heads.length < size) return;
      after = { value: BigInt(last.start_unix_nano), key: last.trace_key, project: last.project };
    }
  };

  /** Some are read while those before them are looked into; of the next page none is, for it may not be needed. */
  const withTexts = async function* (
    pages: AsyncIterable<readonly Candidate[]>,
  ): AsyncGenerator<SearchStep<ReadCandidate>> {
    for await (const page of pages) {
      let ahead: readonly ReadCandidate[] = [];
      for (const group of [...inGroups(page), []]) {
        const read = readTogether(group, sentOf);
        for (const trace of ahead) yield { ...trace, trace };
        ahead = read;
      }
    }
  };

  const summaryOf = ({ heads: [head, ...others] }: Candidate): Promise<TraceSummary> | TraceSummary =>
    others.length === 0 ? head.summary : fold(head);

  return async (query: TraceQuery, asked: TextAsked): Promise<TracePage> => {
    const { cursor, limit, sort } = query;
    if (sort.field !== LATEST_FIRST.field || sort.direction !== LATEST_FIRST.direction)
      throw new Error('what is asked of texts is answered in the order of start_time only, the latest first');
    const start = cursor === undefined ? null : decodeTextCursor(cursor);
    const skipped = start === null ? query.offset : 0;
    const match = matchStored(asked, { maxValueBytes });
    const steps = withTexts(
      candidates({ query: queryOf(query, asked), ...timesOf(query.filter) }, start, skipped + limit + BEHIND_PAGE),
    );
    const { isCounted, next, page, total } = await collectMatches(steps, {
      found: start?.found ?? 0,
      skipped,
      limit,
      isExact: query.count === 'exact',
      limits: query.count === 'exact' ? EXACT_LIMITS : SEARCH_LIMITS,
      async look(trace, isShown) {
        const fragments = await trace.sent();
        await nextTurn();
        return match(fragments, isShown);
      },
    });
    return {
      traces: await Promise.all(page.map(async (found) => ({ ...(await summaryOf(found)), matches: found.matches }))),
      total,
      totalRelation: isCounted ? 'eq' : 'gte',
      nextCursor: next === null ? null : encodeTextCursor(next),
    };
  };
};

const wantedOf = ({ heads, project }: Candidate): WantedTrace => ({
  id: heads[0].id,
  project,
  indices: heads.map(({ index }) => index),
});

const inGroups = (candidates: readonly Candidate[]): readonly (readonly Candidate[])[] =>
  Array.from({ length: Math.ceil(candidates.length / READ_TOGETHER) }, (_, at) =>
    candidates.slice(at * READ_TOGETHER, (at + 1) * READ_TOGETHER),
  );

const NOTHING_SENT: Sent = new Map();

const readTogether = (group: readonly Candidate[], sentOf: TextSearchOptions['sentOf']): readonly ReadCandidate[] => {
  const isShort = ({ heads: [{ summary }] }: Candidate): boolean => summary.span_count <= FEW_SPANS;
  const short = group.filter(isShort).map(wantedOf);
  const together = short.length === 0 ? Promise.resolve(NOTHING_SENT) : sentOf(short);
  // Who asks for it gets the fault; where nobody does it is none.
  together.catch(() => undefined);
  return group.map((candidate) => {
    const [head] = candidate.heads;
    const sent = async () => (await (isShort(candidate) ? together : sentOf([wantedOf(candidate)]))).get(head.id) ?? [];
    return { ...candidate, sent };
  });
};
