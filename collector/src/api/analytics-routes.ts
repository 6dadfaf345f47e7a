import type { Principal } from '../access/index.js';
import {
  type ParameterProblem,
  parseSummaryQuery,
  parseTimeseriesQuery,
  type AnalyticsAnswers,
} from '../query/index.js';
import type { SummaryQuery, TimedFilter } from '../store/index.js';
import { parameterError } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route } from './route.js';

type Outcome<T> =
  | { readonly status: 'parsed'; readonly query: T }
  | { readonly status: 'refused'; readonly problems: readonly ParameterProblem[] };

const NANOS_PER_MILLI = 1_000_000n;

/** The query as the caller may ask it. Throws where it was refused. */
const allowed = <T extends SummaryQuery>(outcome: Outcome<T>, principal: Principal): T => {
  if (outcome.status === 'refused') {
    const [first = { parameter: 'query', rule: 'is refused', value: '' }, ...others] = outcome.problems;
    throw parameterError([first, ...others]);
  }
  const { query } = outcome;
  return { ...query, filter: { ...query.filter, project: projectFor(principal, query.filter.project) } };
};

const isoOf = (nanos: bigint): string => new Date(Number(nanos / NANOS_PER_MILLI)).toISOString();

const rangeOf = ({ startUnixNano, endUnixNano }: TimedFilter) => ({
  start_time: { value: isoOf(startUnixNano) },
  end_time: { value: isoOf(endUnixNano) },
});

const UNITS: Readonly<Record<string, string>> = { duration: 'ms', cost: 'usd', error_rate: 'fraction' };
const unitOf = (metric: string): string => UNITS[metric] ?? UNITS[metric.split('_')[0] ?? ''] ?? 'count';

const GRANULARITY = { 60_000: 'minute', 3_600_000: 'hour', 86_400_000: 'day' } as const;

/** The routes that sum traces up, by their paths below `/v1`. */
export const createAnalyticsRoutes = (answers: AnalyticsAnswers, now: () => Date): Readonly<Record<string, Route>> => {
  const summary: Route['answer'] = async ({ search, principal, hold }) => {
    const query = allowed(parseSummaryQuery(search, now().getTime()), principal);
    const { summary: totals, timeSeries, topErrors } = await answers.summarise(query);
    hold(timeSeries, 'new');
    return {
      kind: 'object',
      members: { summary: { value: totals }, time_series: { text: timeSeries }, top_errors: { value: topErrors } },
    };
  };

  const timeseries: Route['answer'] = async ({ search, principal, hold }) => {
    const query = allowed(parseTimeseriesQuery(search, now().getTime()), principal);
    const { series, several, other, weighted } = await answers.timeseries(query);
    hold([...series, ...several, ...other], 'new');
    return {
      kind: 'object',
      members: {
        metric: { value: query.metric },
        unit: { value: unitOf(query.metric) },
        group_by: { value: query.groupBy },
        granularity: { value: GRANULARITY[query.bucketMillis] },
        ...rangeOf(query.filter),
        weighted: { value: weighted },
        series: { text: series },
        several: { text: several },
        other: { text: other },
      },
    };
  };

  return {
    '/analytics/summary': { name: '/v1/analytics/summary', need: 'read', answer: summary },
    '/analytics/timeseries': { name: '/v1/analytics/timeseries', need: 'read', answer: timeseries },
  };
};
