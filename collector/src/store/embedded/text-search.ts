import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Fragment } from 'noveum-proto';

import { matchStored } from '../match-stored.js';
import type { TextAsked, TraceFilter, TracePage, TraceQuery } from '../trace-store.js';
import { mayHaveMoved } from './block.js';
import { collectMatches, type MatchedTrace, type SearchStep } from '../collect-matches.js';
import type { DayReader } from './day-reader.js';
import { indexedSteps, type PlacedTrace } from './search-steps.js';
import type { StoredFragment } from './stored-fragment.js';
import { decodeTextCursor, encodeTextCursor, type TextPageEnd } from '../text-cursor.js';
import type { EmbeddedTextReader } from './text/index.js';

export interface TextSearchOptions {
  /** null: texts are not indexed, and every search scans. */
  readonly textReader: EmbeddedTextReader | null;
  /** Traces that other filters leave, so few that their texts are looked into without the index. */
  readonly fewTraces: number;
  readonly maxTraceBytes: number;
  readonly maxValueBytes: number;
  readonly days: () => Promise<readonly number[]>;
  /** To be asked each time: what it gives may be closed after any wait. */
  readonly dayReader: (day: number) => DayReader | null;
  readonly partsFor: (
    days: readonly number[],
    filter: TraceFilter,
  ) => readonly { readonly reader: DayReader; readonly project: number }[];
  /** All that the filter lets through but for its texts, the latest first. */
  readonly scanSteps: (query: TraceQuery, start: TextPageEnd | null) => AsyncIterable<SearchStep<PlacedTrace>>;
  readonly payloadOf: (day: number, fragment: StoredFragment) => Promise<Uint8Array>;
}

export interface FoundByText extends Omit<TracePage, 'traces'> {
  readonly page: readonly MatchedTrace<PlacedTrace>[];
}

const SEARCH_LIMITS = { traces: 5_000, units: 16 * 1024 * 1024, steps: 50_000 };
/** Where a total is to be exact. */
const EXACT_LIMITS = { traces: 20_000, units: 128 * 1024 * 1024, steps: 200_000 };
/** Other reads of the thread have their turn after so many traces. */
const TURN_TRACES = 16;

/** Finds traces by their texts, each looked into as it is stored. */
export const createTextSearch = (options: TextSearchOptions) => {
  const { dayReader, days, fewTraces, maxTraceBytes, maxValueBytes, partsFor, payloadOf, scanSteps, textReader } =
    options;

  /** What was sent, as much as may be read. */
  const readSent = async ({ day, id, project }: PlacedTrace): Promise<readonly Fragment[]> => {
    const fragments: Fragment[] = [];
    let bytes = 0;
    for (const fragment of dayReader(day)?.fragments(id) ?? []) {
      bytes += fragment.length;
      if (bytes > maxTraceBytes) break;
      fragments.push({ ...fragment, project, payload: await payloadOf(day, fragment) });
    }
    return fragments;
  };

  const areFew = (listed: readonly number[], filter: TraceFilter): boolean => {
    let count = 0;
    for (const { project, reader } of partsFor(listed, filter)) {
      count += reader.count(project, filter, fewTraces + 1 - count);
      if (count > fewTraces) return false;
    }
    return true;
  };

  const stepsOf = async (query: TraceQuery, asked: TextAsked, start: TextPageEnd | null) => {
    if (asked.mode === 'substring' || textReader === null || areFew(await days(), query.filter))
      return scanSteps(query, start);
    return indexedSteps({
      texts: textReader,
      days,
      dayReader,
      filter: query.filter,
      query: asked.query,
      after: start === null ? null : { ...start, startUnixNano: start.start, traceKey: start.key },
      maxUnindexed: SEARCH_LIMITS.traces,
    });
  };

  return async (query: TraceQuery, asked: TextAsked): Promise<FoundByText> => {
    const { cursor, sort } = query;
    if (sort.field !== 'start_time' || sort.direction !== 'desc')
      throw new Error('what is asked of texts is answered in the order of start_time only, the latest first');
    const start = cursor === undefined ? null : decodeTextCursor(cursor);
    const match = matchStored(asked, { maxValueBytes });
    let looked = 0;
    const { isCounted, next, page, total } = await collectMatches(await stepsOf(query, asked, start), {
      found: start?.found ?? 0,
      skipped: start === null ? query.offset : 0,
      limit: query.limit,
      isExact: query.count === 'exact',
      limits: query.count === 'exact' ? EXACT_LIMITS : SEARCH_LIMITS,
      async look(trace, isShown) {
        if (++looked % TURN_TRACES === 0) await nextTurn();
        const sent = await readSent(trace).catch((error: unknown) => {
          if (!mayHaveMoved(error)) throw error;
          return readSent(trace);
        });
        return match(sent, isShown);
      },
    });
    return {
      page,
      total,
      totalRelation: isCounted ? 'eq' : 'gte',
      nextCursor: next === null ? null : encodeTextCursor(next),
    };
  };
};
