import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Client, estypes } from '@elastic/elasticsearch';
import type { Fragment, TraceSummary } from 'noveum-proto';

import { collectMatches, type SearchPlace, type SearchStep } from '../../collect-matches.js';
import { matchStored } from '../../match-stored.js';
import { decodeTextCursor, encodeTextCursor, type TextPageEnd } from '../../text-cursor.js';
import type { TextAsked, TracePage, TraceQuery } from '../../trace-store.js';
import { filterQuery } from './filter-query.js';
import { type ListPlace, type ListedHead, searchHeads } from './find-page.js';
import { termQuery } from './term-query.js';

export interface TextSearchOptions {
  readonly client: Client;
  readonly alias: string;
  readonly maxValueBytes: number;
  /** What was received of the trace, as much as may be looked into. */
  readonly sentOf: (head: ListedHead) => Promise<readonly Fragment[]>;
  /** Of a trace that several indices hold, the summary of all of it. */
  readonly fold: (head: ListedHead) => Promise<TraceSummary>;
}

interface Candidate extends SearchPlace {
  readonly heads: readonly [ListedHead, ...ListedHead[]];
}

const SEARCH_LIMITS = { traces: 5_000, units: 16 * 1024 * 1024, steps: 50_000 };
/** Where a total is to be exact. */
const EXACT_LIMITS = { traces: 20_000, units: 128 * 1024 * 1024, steps: 200_000 };
const LEAST_AT_ONCE = 50;
const MOST_AT_ONCE = 1_000;
/** Read ahead, of traces that are not long. */
const READ_AHEAD = 8;
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
  const { alias, client, fold, maxValueBytes, sentOf } = options;

  const steps = async function* (
    query: estypes.QueryDslQueryContainer,
    start: TextPageEnd | null,
    wanted: number,
  ): AsyncGenerator<SearchStep<Candidate>> {
    let after: ListPlace | null = start === null ? null : { ...start, value: start.start };
    for (let size = Math.max(LEAST_AT_ONCE, wanted + 1); ; size = Math.min(MOST_AT_ONCE, 2 * size)) {
      const { heads } = await searchHeads(client, alias, { query, sort: LATEST_FIRST, size, after });
      for (const candidate of candidatesOf(heads)) yield { ...candidate, trace: candidate };
      const last = heads.at(-1)?.summary;
      if (last === undefined || heads.length < size) return;
      after = { value: BigInt(last.start_unix_nano), key: last.trace_key, project: last.project };
    }
  };

  const summaryOf = ({ heads: [head, ...others] }: Candidate): Promise<TraceSummary> | TraceSummary =>
    others.length === 0 ? head.summary : fold(head);

  return async (query: TraceQuery, asked: TextAsked): Promise<TracePage> => {
    const { cursor, limit, sort } = query;
    if (sort.field !== LATEST_FIRST.field || sort.direction !== LATEST_FIRST.direction)
      throw new Error('what is asked of texts is answered in the order of start_time only, the latest first');
    const start = cursor === undefined ? null : decodeTextCursor(cursor);
    const match = matchStored(asked, { maxValueBytes });
    const sent = readAhead(
      steps(queryOf(query, asked), start, Math.min(limit, MOST_AT_ONCE - 1)),
      ({ heads: [head] }) => sentOf(head),
    );
    const { isCounted, next, page, total } = await collectMatches(sent.steps, {
      found: start?.found ?? 0,
      skipped: start === null ? query.offset : 0,
      limit,
      isExact: query.count === 'exact',
      limits: query.count === 'exact' ? EXACT_LIMITS : SEARCH_LIMITS,
      async look(trace, isShown) {
        const fragments = await sent.of(trace);
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

type Reading = Promise<readonly Fragment[]>;

/** While one trace is looked into the next ones are read, a few and only short ones. */
const readAhead = (source: AsyncIterable<SearchStep<Candidate>>, read: (candidate: Candidate) => Reading) => {
  const begun = new Map<Candidate, Reading>();

  const begin = (candidate: Candidate): void => {
    const reading = read(candidate);
    // Who asks for it gets the fault; where nobody does it is none.
    reading.catch(() => undefined);
    begun.set(candidate, reading);
  };

  const walk = async function* (): AsyncGenerator<SearchStep<Candidate>> {
    const queue: SearchStep<Candidate>[] = [];
    for await (const step of source) {
      queue.push(step);
      if (step.trace !== null && step.trace.heads[0].summary.span_count <= FEW_SPANS) begin(step.trace);
      while (queue.length > READ_AHEAD) yield queue.shift() as SearchStep<Candidate>;
    }
    yield* queue;
  };

  return {
    steps: walk(),
    of(candidate: Candidate): Reading {
      const reading = begun.get(candidate) ?? read(candidate);
      begun.delete(candidate);
      return reading;
    },
  };
};
