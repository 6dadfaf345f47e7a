import { type Client, errors, type estypes } from '@elastic/elasticsearch';

export type Query = estypes.QueryDslQueryContainer;
export type Aggregations = Readonly<Record<string, estypes.AggregationsAggregationContainer>>;
export type Sources = readonly Record<string, estypes.AggregationsCompositeAggregationSource>[];

/** Every combination of the sources that has a trace, with what the aggregations make of its traces. */
export interface Combinations {
  readonly query: Query;
  readonly sources: Sources;
  readonly aggregations: Aggregations;
  /** Stop once there are more than so many; default: never. */
  readonly most?: number;
  /** That there can be, where the one source is a histogram: they are then counted in one go. Default: any number. */
  readonly possible?: number;
  /** Of one answer; default 10,000. An answer holds at most 65,536 buckets, those of `aggregations` included. */
  readonly atOnce?: number;
}

/** `Key` as the sources give it, `Found` as the aggregations do. */
export type Combination<Key, Found = unknown> = { readonly key: Key; readonly doc_count: number } & Found;

export interface Combined<Key, Found> {
  readonly combinations: readonly Combination<Key, Found>[];
  readonly beside: object;
}

/** Searches that only count: over the heads of an alias, or as they stood at one moment. */
export interface Searches {
  /** What the aggregations of one query give, by name. */
  aggregate<Found>(query: Query, aggregations: Aggregations): Promise<Found>;
  combine<Key, Found = unknown>(asked: Combinations): Promise<Combination<Key, Found>[]>;
  /** Each at its place, with what the aggregations `beside` of its whole query give, by name; asked for together. */
  combineBeside<Key, Found>(
    asked: readonly (Combinations & { readonly beside: Aggregations })[],
  ): Promise<readonly Combined<Key, Found>[]>;
  /** Each at its place; asked for together. */
  combineAll<Key, Found = unknown>(asked: readonly Combinations[]): Promise<Combination<Key, Found>[][]>;
  /** The stored summary of any one trace, base64; null: there is none. */
  anySummary(query: Query): Promise<string | null>;
}

const AT_ONCE = 10_000;
/** A cluster's own limit is 65,536 of an answer. */
const MOST_BUCKETS = 60_000;
/** Searches of one request. */
const TOGETHER = 32;
const KEPT = '1m';

interface CompositeAnswer extends Readonly<Record<string, unknown>> {
  readonly found?: {
    readonly after_key?: Record<string, estypes.FieldValue>;
    readonly buckets: readonly { readonly key: unknown }[];
  };
}

interface Walk<Bucket> {
  readonly asked: Combinations;
  /** Of the whole query, asked for with the first answer. */
  readonly beside: Aggregations;
  readonly buckets: Bucket[];
  besideFound: object;
  after: Record<string, estypes.FieldValue> | undefined;
  isDone: boolean;
}

const newWalk = <Bucket>(asked: Combinations, beside: Aggregations = {}): Walk<Bucket> => ({
  asked,
  beside,
  buckets: [],
  besideFound: {},
  after: undefined,
  isDone: false,
});

/** What every search says of itself: counts of which a shard is missing are no counts. */
const ALWAYS = { size: 0, track_total_hits: false } as const;

/** The settings of a histogram that gives what the sources ask for, and much sooner; null: none does. */
const histogramOf = ({
  possible = Infinity,
  sources,
}: Combinations): { readonly name: string; readonly histogram: object } | null => {
  const [[name, { histogram }] = ['', {}], ...others] = sources.flatMap((source) => Object.entries(source));
  return histogram === undefined || others.length > 0 || possible > MOST_BUCKETS
    ? null
    : { name, histogram: { ...histogram, min_doc_count: 1 } };
};

const foundBy = (asked: Combinations, after: Walk<unknown>['after']): estypes.AggregationsAggregationContainer => {
  const { aggregations, atOnce = AT_ONCE, sources } = asked;
  const histogram = histogramOf(asked)?.histogram;
  return {
    ...(histogram === undefined
      ? { composite: { size: atOnce, sources: [...sources], ...(after === undefined ? {} : { after }) } }
      : { histogram }),
    ...(Object.keys(aggregations).length === 0 ? {} : { aggregations }),
  };
};

const bodyOf = ({ asked, after, beside }: Walk<unknown>) => ({
  ...ALWAYS,
  query: asked.query,
  aggregations: { found: foundBy(asked, after), ...(after === undefined ? beside : {}) },
});

const advance = <Bucket>(walk: Walk<Bucket>, { found, ...besideFound }: CompositeAnswer): void => {
  const { asked } = walk;
  if (walk.after === undefined) walk.besideFound = besideFound;
  const name = histogramOf(asked)?.name;
  for (const bucket of found?.buckets ?? [])
    walk.buckets.push((name === undefined ? bucket : { ...bucket, key: { [name]: bucket.key } }) as Bucket);
  walk.after = found?.after_key;
  walk.isDone =
    walk.after === undefined ||
    (found?.buckets.length ?? 0) < (asked.atOnce ?? AT_ONCE) ||
    walk.buckets.length > (asked.most ?? Infinity);
};

type Target = { readonly index: string } | { readonly pit: estypes.SearchPointInTimeReference };

const createSearches = (client: Client, target: Target): Searches => {
  const search = async (body: estypes.SearchRequest) =>
    client.search({
      ...target,
      ...body,
      allow_partial_search_results: false,
    });

  const combineSome = async <Bucket>(walks: readonly Walk<Bucket>[]): Promise<void> => {
    const header = { allow_partial_search_results: false, ...('index' in target ? target : {}) };
    const body = 'pit' in target ? target : {};
    const result = await client.msearch(
      { searches: walks.flatMap((walk) => [header, { ...bodyOf(walk), ...body }]) },
      { meta: true },
    );
    walks.forEach((walk, at) => {
      const answer = result.body.responses[at];
      // As the client would have thrown it of a single search.
      if (answer === undefined || 'error' in answer)
        throw new errors.ResponseError({ ...result, statusCode: answer?.status ?? 500, body: answer });
      advance(walk, (answer.aggregations ?? {}) as unknown as CompositeAnswer);
    });
  };

  const walkAll = async <Bucket>(walks: readonly Walk<Bucket>[]): Promise<void> => {
    for (;;) {
      const open = walks.filter(({ isDone }) => !isDone).slice(0, TOGETHER);
      if (open.length === 0) return;
      await combineSome(open);
    }
  };

  const combineAll = async <Key, Found>(asked: readonly Combinations[]): Promise<Combination<Key, Found>[][]> => {
    const walks = asked.map((one) => newWalk<Combination<Key, Found>>(one));
    await walkAll(walks);
    return walks.map(({ buckets }) => buckets);
  };

  return {
    async aggregate<Found>(query: Query, aggregations: Aggregations) {
      return ((await search({ ...ALWAYS, query, aggregations })).aggregations ?? {}) as Found;
    },
    async combine<Key, Found>(asked: Combinations) {
      return (await combineAll<Key, Found>([asked]))[0] ?? [];
    },
    async combineBeside<Key, Found>(asked: readonly (Combinations & { readonly beside: Aggregations })[]) {
      const walks = asked.map(({ beside, ...one }) => newWalk<Combination<Key, Found>>(one, beside));
      await walkAll(walks);
      return walks.map(({ buckets, besideFound }) => ({ combinations: buckets, beside: besideFound }));
    },
    combineAll,
    async anySummary(query) {
      const { hits } = await search({
        query,
        size: 1,
        track_total_hits: false,
        _source: false,
        stored_fields: ['noveum.summary'],
      });
      const [stored] = (hits.hits[0]?.fields as Record<string, unknown[]> | undefined)?.['noveum.summary'] ?? [];
      return typeof stored === 'string' ? stored : null;
    },
  };
};

export const searchesOf = (client: Client, index: string): Searches => createSearches(client, { index });

/** Searches that all see the same traces, whatever is written meanwhile. */
export const atOneMoment = async <T>(
  client: Client,
  index: string,
  run: (searches: Searches) => Promise<T>,
): Promise<T> => {
  const { id } = await client.openPointInTime({ index, keep_alive: KEPT });
  try {
    return await run(createSearches(client, { pit: { id, keep_alive: KEPT } }));
  } finally {
    // It closes by itself soon: what comes of this must not hide an answer.
    await client.closePointInTime({ id }).catch(() => undefined);
  }
};
