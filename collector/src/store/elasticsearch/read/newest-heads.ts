import type { Client } from '@elastic/elasticsearch';

import type { TraceFilter } from '../../trace-store.js';
import { type HeadSearch, type ListedHead, searchHeads } from './search-heads.js';

export interface NewestSearch extends Omit<HeadSearch, 'sort'> {
  /** What the query itself asks of starts. */
  readonly startUnixNano?: bigint;
  readonly endUnixNano?: bigint;
}

/** What a filter asks of starts. */
export const timesOf = ({
  endUnixNano,
  startUnixNano,
}: TraceFilter): Pick<NewestSearch, 'startUnixNano' | 'endUnixNano'> => ({
  ...(startUnixNano === undefined ? {} : { startUnixNano }),
  ...(endUnixNano === undefined ? {} : { endUnixNano }),
});

/** Heads, those that started last first. */
export type NewestHeads = (search: NewestSearch) => Promise<readonly ListedHead[]>;

export interface NewestHeadsOptions {
  readonly client: Client;
  readonly alias: string;
  /** Below so many all are looked at. */
  readonly fewDocuments: number;
  readonly now: () => number;
}

interface Spread {
  readonly first: bigint;
  readonly last: bigint;
  readonly documents: number;
}

const START = 'noveum.start_unix_nano';
const NEWEST_FIRST = { field: 'start_time', direction: 'desc' } as const;
const SPREAD_MILLIS = 10_000;
/** As many more are looked at than needed, if they came evenly. */
const FORESIGHT = 4;
const GROWTH = 16n;

const least = (values: readonly (bigint | undefined)[]): bigint | undefined =>
  values.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a));

/**
 * Elasticsearch keeps the best of a list as it goes through an index in the order of arrival, where every trace is newer
 * than those before: it looks at all of them (350,000 traces: 50 ms, the first 5,000 of them 290 ms). So the latest are
 * looked at first, as many as the spread of all makes enough, and more where they were not.
 */
export const createNewestHeads = ({ alias, client, fewDocuments, now }: NewestHeadsOptions): NewestHeads => {
  let known: { readonly spread: Promise<Spread | null>; readonly untilMillis: number } | null = null;

  const readSpread = async (): Promise<Spread | null> => {
    const { aggregations, hits } = await client.search<
      unknown,
      Record<'first' | 'last', { readonly value: number | null }>
    >({
      index: alias,
      ignore_unavailable: true,
      size: 0,
      track_total_hits: true,
      aggs: { first: { min: { field: START } }, last: { max: { field: START } } },
    });
    const { first, last } = { first: aggregations?.first.value ?? null, last: aggregations?.last.value ?? null };
    if (first === null || last === null) return null;
    const documents = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    return { first: BigInt(first), last: BigInt(last), documents };
  };

  const spreadNow = (): Promise<Spread | null> => {
    const nowMillis = now();
    if (known !== null && nowMillis < known.untilMillis) return known.spread;
    const spread = readSpread();
    known = { spread, untilMillis: nowMillis + SPREAD_MILLIS };
    spread.catch(() => {
      known = null;
    });
    return spread;
  };

  return async (search) => {
    const { after, endUnixNano, from = 0, query, size, startUnixNano, ...rest } = search;
    const asked = { ...rest, after: after ?? null, from, size, sort: NEWEST_FIRST };
    const spread = await spreadNow();
    if (spread !== null && spread.documents >= fewDocuments) {
      const behind = typeof after?.value === 'bigint' ? after.value : undefined;
      const last = least([behind, endUnixNano, spread.last]) ?? spread.last;
      const first = startUnixNano === undefined || startUnixNano < spread.first ? spread.first : startUnixNano;
      const looked = BigInt((from + size) * FORESIGHT);
      let window = ((spread.last - spread.first) * looked) / BigInt(spread.documents);
      for (; window > 0n && last - window > first; window *= GROWTH) {
        const latest = { range: { [START]: { gte: String(last - window) } } };
        const heads = await searchHeads(client, alias, { ...asked, query: { bool: { filter: [query, latest] } } });
        if (heads.length === size) return heads;
      }
    }
    return searchHeads(client, alias, { ...asked, query });
  };
};
