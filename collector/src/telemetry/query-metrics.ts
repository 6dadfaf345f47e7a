import { Counter, Histogram, type Registry } from 'prom-client';

export interface QuerySeen {
  readonly route: string;
  /** `OK`, or the error's code. */
  readonly code: string;
  readonly seconds: number;
  /** Kind of the fault that kept it back; null: none did. */
  readonly fault: string | null;
}

export interface QueryMetrics {
  readonly queryAnswered: (query: QuerySeen) => void;
}

const QUERY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export const createQueryMetrics = (registry: Registry): QueryMetrics => {
  const seconds = new Histogram({
    name: 'noveum_query_duration_seconds',
    help: 'Time to answer a request that reads, by route and code',
    labelNames: ['route', 'code'],
    buckets: QUERY_SECONDS,
    registers: [registry],
  });
  const failed = new Counter({
    name: 'noveum_failed_reads_total',
    help: "Requests that read and that a fault kept back, by route and kind: a cluster's (unreachable, overloaded, …), or other",
    labelNames: ['route', 'kind'],
    registers: [registry],
  });
  return {
    queryAnswered: ({ route, code, fault, seconds: took }) => {
      seconds.observe({ route, code }, took);
      if (fault !== null) failed.inc({ route, kind: fault });
    },
  };
};
