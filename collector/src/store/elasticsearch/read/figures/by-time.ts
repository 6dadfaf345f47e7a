import type { SummaryQuery } from '../../../analytics.js';
import type { Combinations } from './searches.js';

/** As `byTime` gives it: whole minutes since 1970. */
export interface TimeKey {
  readonly minute: number;
}

const MINUTE_MILLIS = 60_000;
const NANOS_PER_MILLI = 1_000_000n;

export const startMillisOf = ({ minute }: TimeKey): number => minute * MINUTE_MILLIS;

/** Traces by the bucket that they began in. */
export const byTime = ({
  bucketMillis,
  filter,
}: Pick<SummaryQuery, 'bucketMillis' | 'filter'>): Pick<Combinations, 'sources' | 'possible'> => ({
  sources: [{ minute: { histogram: { field: 'noveum.start_minute', interval: bucketMillis / MINUTE_MILLIS } } }],
  possible: Number((filter.endUnixNano - filter.startUnixNano) / NANOS_PER_MILLI) / bucketMillis + 2,
});
