import { Counter, Gauge, type Registry } from 'prom-client';

/** What was sent to a cluster; counts since its writer began. */
export interface ClusterCounts {
  readonly bulkRequests: number;
  readonly bulkBytes: number;
  readonly retriedItems: number;
  readonly conflicts: number;
  readonly rejectedItems: number;
  readonly isCircuitOpen: boolean;
}

export interface ElasticsearchMetrics {
  /** Told again and again; where a count is less than before, another writer has begun. */
  sent(counts: ClusterCounts): void;
}

const HELP = {
  bulkRequests: ['bulk_requests', 'Bulk requests to Elasticsearch'],
  bulkBytes: ['bulk_bytes', 'Bytes of bulk requests to Elasticsearch'],
  retriedItems: ['retried_items', 'Documents that Elasticsearch turned away and that were sent again'],
  conflicts: ['conflicts', 'Documents that another had written meanwhile, and that were merged and sent again'],
  rejectedItems: ['rejected_items', 'Documents that Elasticsearch will never take as they are'],
} as const;

type Count = keyof typeof HELP;

export const createElasticsearchMetrics = (registry: Registry): ElasticsearchMetrics => {
  const names = Object.keys(HELP) as Count[];
  const counters = new Map(
    names.map((count) => {
      const [name, help] = HELP[count];
      return [count, new Counter({ name: `noveum_elasticsearch_${name}_total`, help, registers: [registry] })];
    }),
  );
  const circuit = new Gauge({
    name: 'noveum_elasticsearch_circuit_open',
    help: '1 while requests to Elasticsearch are held back, since it does not answer',
    registers: [registry],
  });
  let last: Partial<ClusterCounts> = {};
  return {
    sent(counts) {
      for (const name of names) {
        const before = last[name] ?? 0;
        counters.get(name)?.inc(counts[name] < before ? counts[name] : counts[name] - before);
      }
      last = counts;
      circuit.set(counts.isCircuitOpen ? 1 : 0);
    },
  };
};
