import type { TimeseriesQuery } from '../../../analytics.js';
import { standingOf } from '../../../figures/index.js';
import { beyondField, beyondSummed } from './beyond.js';
import { lacks } from './fields.js';
import { summedField } from './metric-cells.js';
import type { Aggregations, Query, Searches } from './searches.js';

/** Each shard tells what so many groups have; which of more have most is all but certain. */
const COMPARED_GROUPS = 20_000;
/** Groups are counted one by one up to here; of more there are about as many as is said, within some hundredths. */
const COUNTED_GROUPS = 1_000;
const PRECISION = 40_000;

interface Summed {
  readonly doc_count: number;
  readonly sum?: { readonly value: number | null };
  /** By weight: what counts besides. */
  readonly beyond?: { readonly value: number | null };
}

interface Found {
  readonly groups: {
    readonly sum_other_doc_count: number;
    readonly buckets: readonly (Summed & { readonly key: string })[];
  };
  readonly none: Summed;
  readonly distinct: { readonly value: number };
}

const compareNames = (a: string | null, b: string | null): number => {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : a > b ? 1 : 0;
};

/** The groups with most of the metric, and how many there are; null: traces without a value. */
export interface ChosenGroups {
  readonly shown: readonly (string | null)[];
  readonly groups: number;
}

export interface ChoiceAsked extends Pick<TimeseriesQuery, 'limit' | 'metric'> {
  readonly field: string;
  /** By weight: all groups that are compared have to be told then, since no order of theirs is known to a shard. */
  readonly isWeighted: boolean;
}

const sizeOf = ({ isWeighted, limit }: ChoiceAsked): number =>
  isWeighted ? COMPARED_GROUPS : Math.max(COUNTED_GROUPS, 2 * limit);

export const chooseGroups = async (searches: Searches, query: Query, asked: ChoiceAsked): Promise<ChosenGroups> => {
  const { field, isWeighted, limit, metric } = asked;
  const isSum = standingOf(metric, { sum: 1, traces: 0 }) === 1;
  const summed = isSum ? summedField(metric) : null;
  const sums: Aggregations = {
    ...(summed === null ? {} : { sum: { sum: { field: summed } } }),
    ...(isWeighted ? { beyond: { sum: { field: isSum ? beyondSummed(metric) : beyondField('traces') } } } : {}),
  };
  const { distinct, groups, none } = await searches.aggregate<Found>(query, {
    groups: {
      terms: {
        field,
        size: sizeOf(asked),
        shard_size: COMPARED_GROUPS,
        order: summed === null ? { _count: 'desc' } : { sum: 'desc' },
      },
      aggregations: sums,
    },
    none: { filter: lacks(field), aggregations: sums },
    distinct: { cardinality: { field, precision_threshold: PRECISION } },
  });
  const place = (group: string | null, { beyond, doc_count: traces, sum }: Summed) => {
    const more = beyond?.value ?? 0;
    return { group, standing: standingOf(metric, { sum: (sum?.value ?? 0) + more, traces: traces + more }) };
  };
  const placed = groups.buckets.map((bucket) => place(bucket.key, bucket));
  if (none.doc_count > 0) placed.push(place(null, none));
  placed.sort((a, b) => b.standing - a.standing || compareNames(a.group, b.group));
  const named = groups.sum_other_doc_count === 0 ? groups.buckets.length : distinct.value;
  return {
    shown: placed.slice(0, limit).map(({ group }) => group),
    groups: Math.max(named, groups.buckets.length) + (none.doc_count > 0 ? 1 : 0),
  };
};
