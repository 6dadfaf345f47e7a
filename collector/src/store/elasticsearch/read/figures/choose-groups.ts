import type { TimeseriesQuery } from '../../../analytics.js';
import { weightOf } from '../../../figures/index.js';
import { lacks } from './fields.js';
import { summedField } from './metric-cells.js';
import type { Aggregations, Query, Searches } from './searches.js';

/** Each shard tells the weights of so many groups; which of more have most is all but certain. */
const COMPARED_GROUPS = 20_000;
/** Groups are counted one by one up to here; of more there are about as many as is said, within some hundredths. */
const COUNTED_GROUPS = 1_000;
const PRECISION = 40_000;

interface Weighed {
  readonly doc_count: number;
  readonly sum?: { readonly value: number | null };
}

interface Found {
  readonly groups: {
    readonly sum_other_doc_count: number;
    readonly buckets: readonly (Weighed & { readonly key: string })[];
  };
  readonly none: Weighed;
  readonly distinct: { readonly value: number };
}

const compareNames = (a: string | null, b: string | null): number => {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : a > b ? 1 : 0;
};

/** The groups with most of the metric, and how many there are; null: traces without a value. */
export const chooseGroups = async (
  searches: Searches,
  query: Query,
  { limit, metric }: TimeseriesQuery,
  field: string,
): Promise<{ readonly shown: readonly (string | null)[]; readonly groups: number }> => {
  const isSum = weightOf(metric, { sum: 1, traces: 0 }) === 1;
  const summed = isSum ? summedField(metric) : null;
  const sum: Aggregations = summed === null ? {} : { sum: { sum: { field: summed } } };
  const { distinct, groups, none } = await searches.aggregate<Found>(query, {
    groups: {
      terms: {
        field,
        size: Math.max(COUNTED_GROUPS, 2 * limit),
        shard_size: COMPARED_GROUPS,
        order: summed === null ? { _count: 'desc' } : { sum: 'desc' },
      },
      aggregations: sum,
    },
    none: { filter: lacks(field), aggregations: sum },
    distinct: { cardinality: { field, precision_threshold: PRECISION } },
  });
  const weigh = (group: string | null, { doc_count: traces, sum: found }: Weighed) => ({
    group,
    weight: weightOf(metric, { sum: found?.value ?? 0, traces }),
  });
  const weighed = groups.buckets.map((bucket) => weigh(bucket.key, bucket));
  if (none.doc_count > 0) weighed.push(weigh(null, none));
  weighed.sort((a, b) => b.weight - a.weight || compareNames(a.group, b.group));
  const named = groups.sum_other_doc_count === 0 ? groups.buckets.length : distinct.value;
  return {
    shown: weighed.slice(0, limit).map(({ group }) => group),
    groups: Math.max(named, groups.buckets.length) + (none.doc_count > 0 ? 1 : 0),
  };
};
