import type { Client, estypes } from '@elastic/elasticsearch';
import { keywordOf, summaryOfField } from 'noveum-proto/elasticsearch';

import { insistOn } from '../../insist.js';
import {
  NOTHING_REDERIVED,
  type Rederive,
  type RederivePlace,
  type RederiveReport,
  type RederiveRequest,
} from '../../rederive.js';
import { createDeriveAnew, type DeriveAnewOptions, type WantedAnew } from './derive-anew.js';

export interface RederiveHeadsOptions extends DeriveAnewOptions {
  readonly client: Client;
  readonly alias: string;
}

export interface RederivingHeads {
  readonly rederive: Rederive;
  /** Days, YYYY-MM-DD, on which traces begin that were derived by other rules or prices, oldest first. */
  daysDerivedOtherwise(): Promise<readonly string[]>;
}

/** Where a walk is, oldest minute first and by the ids of heads within. */
interface HeadPlace extends RederivePlace {
  /** Null: before the first. */
  readonly after: readonly (string | number)[] | null;
}

/** What a step looks at comes to no more than either, or is one trace. */
const TRACES_AT_ONCE = 100;
const BYTES_AT_ONCE = 4 * 1024 * 1024;
const NANOS_PER_MILLI = 1_000_000n;
const MINUTES_PER_DAY = 1_440;
const MILLIS_PER_DAY = 86_400_000;
const HEADS: estypes.QueryDslQueryContainer = { term: { 'noveum.part': 0 } };

const meant = ({ project, sinceMillis, untilMillis }: RederiveRequest): estypes.QueryDslQueryContainer[] => [
  HEADS,
  {
    range: {
      'noveum.start_unix_nano': {
        gte: String(BigInt(sinceMillis) * NANOS_PER_MILLI),
        ...(untilMillis === null ? {} : { lt: String(BigInt(untilMillis) * NANOS_PER_MILLI) }),
      },
    },
  },
  ...(project === null ? [] : [{ term: { project: keywordOf(project) } }]),
];

/** By its documents' fields a head is read once more, in the very version that is then written over. */
interface FoundHead extends WantedAnew {
  readonly bytes: number;
  readonly sort: readonly (string | number)[];
}

const foundIn = ({ _id: id, _index: index, fields, sort }: estypes.SearchHit): FoundHead[] => {
  const { 'noveum.arrived_bytes': bytes, 'noveum.summary': stored } = (fields ?? {}) as Record<string, unknown[]>;
  if (id === undefined || typeof stored?.[0] !== 'string') return [];
  const { project, trace_key: traceKey } = summaryOfField(stored[0]);
  return [
    {
      id,
      project,
      traceKey,
      indices: [index],
      bytes: Number(bytes?.[0] ?? 0),
      sort: (sort ?? []) as (string | number)[],
    },
  ];
};

const fewOf = (found: readonly FoundHead[]): readonly FoundHead[] => {
  let bytes = 0;
  const end = found.findIndex((head, at) => (bytes += head.bytes) > BYTES_AT_ONCE && at > 0);
  return end < 0 ? found : found.slice(0, end);
};

/** Two indices may hold a trace: its copies are made one. */
const tracesOf = (heads: readonly FoundHead[]): readonly WantedAnew[] =>
  [...Map.groupBy(heads, ({ id }) => id).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, indices: [first, ...others].flatMap(({ indices }) => indices) }],
  );

/**
 * Walks the heads that were derived by other rules or prices than this writer's. What is done has this one's, so that a
 * walk that was cut short goes on where it was. It is no point-in-time that is walked: that would keep, on disk, every
 * document that is written over until the end; nothing is missed without one, since the order is by what never changes
 * but by a write, which derives anew itself.
 */
export const createRederivingHeads = (options: RederiveHeadsOptions): RederivingHeads => {
  const { alias, breaker, client, merging, pause } = options;
  const deriveAnew = createDeriveAnew(options);
  const isDone = { term: { 'noveum.derivation': merging.derivation } };

  const search = (request: estypes.SearchRequest): Promise<estypes.SearchResponse> =>
    breaker.run(() =>
      client.search({ index: alias, ignore_unavailable: true, allow_partial_search_results: false, ...request }),
    );

  const refresh = (): Promise<unknown> =>
    breaker.run(() => client.indices.refresh({ index: alias, ignore_unavailable: true }));

  const sumOf = (aggregations: estypes.SearchResponse['aggregations'], name: string): number =>
    (aggregations?.[name] as { readonly value?: number | null } | undefined)?.value ?? 0;

  const totalOf = ({ hits: { total } }: estypes.SearchResponse): number =>
    typeof total === 'number' ? total : (total?.value ?? 0);

  /** Those that are right already are counted, not read. */
  const begin = async (request: RederiveRequest): Promise<{ report: RederiveReport; total: number }> => {
    await refresh();
    const filter = meant(request);
    const all = await search({ size: 0, track_total_hits: true, query: { bool: { filter } } });
    const done = await search({
      size: 0,
      track_total_hits: true,
      query: { bool: { filter: [...filter, isDone] } },
      aggs: { tokens: { sum: { field: 'noveum.tokens' } }, cost: { sum: { field: 'noveum.cost' } } },
    });
    const tokens = sumOf(done.aggregations, 'tokens');
    const cost = sumOf(done.aggregations, 'cost');
    const report = {
      ...NOTHING_REDERIVED,
      traces: totalOf(done),
      tokens: { before: tokens, after: tokens },
      cost: { before: cost, after: cost },
    };
    return { report, total: totalOf(all) };
  };

  const nextHeads = async (request: RederiveRequest, after: HeadPlace['after']): Promise<readonly FoundHead[]> => {
    const { hits } = await search({
      size: TRACES_AT_ONCE,
      query: { bool: { filter: meant(request), must_not: [isDone] } },
      sort: [{ 'noveum.start_minute': 'asc' }, { 'noveum.head': 'asc' }],
      ...(after === null ? {} : { search_after: [...after] }),
      track_total_hits: false,
      _source: false,
      stored_fields: ['noveum.summary'],
      docvalue_fields: ['noveum.arrived_bytes'],
    });
    return fewOf(hits.hits.flatMap(foundIn));
  };

  const rederive: Rederive = async (request, from, tools) => {
    const insist = <T>(work: () => Promise<T>): Promise<T> =>
      insistOn(work, { isStorageFault: tools.isStorageFault, pause });
    const place = from as HeadPlace | null;
    if (place === null) {
      const { report, total } = await insist(() => begin(request));
      const next: HeadPlace = { after: null, done: report.traces, total };
      return { report, done: next.done, total, next };
    }
    const heads = await insist(() => nextHeads(request, place.after));
    const last = heads.at(-1);
    if (last === undefined) {
      if (!request.dryRun) await insist(refresh);
      return { report: NOTHING_REDERIVED, done: place.done, total: place.total, next: null };
    }
    const report = await deriveAnew(tracesOf(heads), { isDry: request.dryRun, insist, tools });
    const next: HeadPlace = { ...place, after: last.sort, done: place.done + heads.length };
    return { report, done: next.done, total: next.total, next };
  };

  return {
    rederive,
    async daysDerivedOtherwise() {
      const { aggregations } = await search({
        size: 0,
        track_total_hits: false,
        query: { bool: { filter: [HEADS], must_not: [isDone] } },
        aggs: {
          days: { histogram: { field: 'noveum.start_minute', interval: MINUTES_PER_DAY, min_doc_count: 1 } },
        },
      });
      const { buckets = [] } = (aggregations?.days ?? {}) as { readonly buckets?: readonly { readonly key: number }[] };
      return buckets.map(({ key }) => new Date((key / MINUTES_PER_DAY) * MILLIS_PER_DAY).toISOString().slice(0, 10));
    },
  };
};
