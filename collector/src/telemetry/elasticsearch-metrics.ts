import { Counter, Gauge, type Registry } from 'prom-client';

/** What was sent to a cluster; counts since its writer began. */
export interface ClusterCounts {
  readonly bulkRequests: number;
  readonly bulkBytes: number;
  readonly retriedItems: number;
  readonly conflicts: number;
  readonly rejectedItems: number;
  readonly forgottenPlaces: number;
  readonly isCircuitOpen: boolean;
}

export interface ElasticsearchMetrics {
  /** Told again and again; where a count is less than before, another writer has begun. */
  sent(counts: ClusterCounts): void;
  /** A key that wasn't in memory was asked for, with this outcome. */
  keyLookedUp(outcome: string): void;
}

const HELP = {
  bulkRequests: ['bulk_requests', 'Bulk requests to Elasticsearch'],
  bulkBytes: ['bulk_bytes', 'Bytes of bulk requests to Elasticsearch'],
  retriedItems: ['retried_items', 'Documents that Elasticsearch turned away and that were sent again'],
  conflicts: ['conflicts', 'Documents that another had written meanwhile, and that were merged and sent again'],
  rejectedItems: ['rejected_items', 'Documents that Elasticsearch will never take as they are'],
  forgottenPlaces: [
    'forgotten_places',
    'Traces whose index was remembered until more than 50,000 others came: at their next spans they are looked for',
  ],
} as const;

/** See `KeyLookUp`. */
const LOOK_UPS = ['found', 'unknown', 'failed', 'refused', 'forgotten'];

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
  const lookUps = new Counter({
    name: 'noveum_elasticsearch_key_lookups_total',
    help: 'Keys that are not in memory and were asked for, by outcome; forgotten: more than 10,000 were unknown, and none of them is remembered any more',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of LOOK_UPS) lookUps.inc({ outcome }, 0);
  let last: Partial<ClusterCounts> = {};
  return {
    keyLookedUp(outcome) {
      lookUps.inc({ outcome });
    },
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
