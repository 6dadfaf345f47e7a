import type { Client, estypes } from '@elastic/elasticsearch';
import { keywordOf } from 'noveum-proto/elasticsearch';

import { sumUsages } from '../../arrived-usage.js';
import type { ProjectUsage } from '../../trace-store.js';

const MILLIS_PER_DAY = 86_400_000;
/** An answer holds at most 65,536 buckets. */
const ROWS_AT_ONCE = 5_000;
const PROJECTS_AT_ONCE = 10;
const LATER_DAYS = 5_000;

interface Sums {
  readonly spans: { readonly value: number };
  readonly bytes: { readonly value: number };
}

interface FirstDay extends Sums {
  readonly key: { readonly project: string; readonly day: number };
  readonly doc_count: number;
}

interface LaterDays {
  readonly key: { readonly project: string };
  readonly later: { readonly days: { readonly buckets: readonly (Sums & { readonly key: number })[] } };
}

interface Page<Bucket> {
  readonly after_key?: Record<string, estypes.FieldValue>;
  readonly buckets: readonly Bucket[];
}

type Composite = NonNullable<estypes.AggregationsAggregationContainer['composite']>;

const dayName = (day: number): string => new Date(day * MILLIS_PER_DAY).toISOString().slice(0, 10);

const sumOf = (field: string): estypes.AggregationsAggregationContainer => ({ sum: { field } });

const HAS_LATER = { nested: { path: 'noveum.later_arrivals', query: { match_all: {} } } };

/** What came, by project and day: of traces that are there, and of those that were erased. */
export const readUsage = async (
  client: Client,
  indices: readonly string[],
  project: string | null,
): Promise<readonly ProjectUsage[]> => {
  const filter: estypes.QueryDslQueryContainer[] = [{ term: { 'noveum.part': 0 } }];
  if (project !== null) filter.push({ term: { project: keywordOf(project) } });

  const walk = async <Bucket>(
    asked: readonly estypes.QueryDslQueryContainer[],
    composite: Composite,
    aggregations: Record<string, estypes.AggregationsAggregationContainer>,
  ): Promise<Bucket[]> => {
    const buckets: Bucket[] = [];
    for (let after: Page<Bucket>['after_key']; ;) {
      const answer = await client.search<unknown, { readonly found: Page<Bucket> }>({
        index: [...indices],
        ignore_unavailable: true,
        allow_partial_search_results: false,
        size: 0,
        query: { bool: { filter: [...asked] } },
        aggregations: {
          found: { composite: { ...composite, ...(after === undefined ? {} : { after }) }, aggregations },
        },
      });
      const found = answer.aggregations?.found;
      buckets.push(...(found?.buckets ?? []));
      after = found?.after_key;
      if (after === undefined) return buckets;
    }
  };

  const ofProject = { project: { terms: { field: 'project' } } };
  const first = await walk<FirstDay>(
    filter,
    { size: ROWS_AT_ONCE, sources: [ofProject, { day: { terms: { field: 'noveum.arrival_day' } } }] },
    { spans: sumOf('noveum.arrived_spans'), bytes: sumOf('noveum.arrived_bytes') },
  );
  const later = await walk<LaterDays>(
    [...filter, HAS_LATER],
    { size: PROJECTS_AT_ONCE, sources: [ofProject] },
    {
      later: {
        nested: { path: 'noveum.later_arrivals' },
        aggregations: {
          days: {
            terms: { field: 'noveum.later_arrivals.day', size: LATER_DAYS },
            aggregations: {
              spans: sumOf('noveum.later_arrivals.spans'),
              bytes: sumOf('noveum.later_arrivals.bytes'),
            },
          },
        },
      },
    },
  );
  return sumUsages([
    ...first.map(({ bytes, doc_count: traces, key, spans }) => ({
      project: key.project,
      day: dayName(key.day),
      traces,
      spans: spans.value,
      bytes: bytes.value,
    })),
    ...later.flatMap(({ key, later: { days } }) =>
      days.buckets.map(({ bytes, key: day, spans }) => ({
        project: key.project,
        day: dayName(day),
        traces: 0,
        spans: spans.value,
        bytes: bytes.value,
      })),
    ),
  ]);
};
