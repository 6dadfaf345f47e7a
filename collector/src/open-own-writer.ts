import type { PriceBook } from 'noveum-proto/pricing';

import type { CollectorConfig, ElasticsearchConfig } from './config/index.js';
import {
  type ClusterState,
  type OpenedElasticsearchWriter,
  openElasticsearchWriter,
} from './store/elasticsearch/index.js';
import { createTellFacts } from './tell-facts.js';

const MILLIS_PER_SECOND = 1_000;
const MILLIS_PER_DAY = 86_400_000;

export interface OwnWriter {
  readonly writer: OpenedElasticsearchWriter;
  /** Resolves once the cluster can be used; rejects with what it lacks at the first look. */
  readonly ready: () => Promise<void>;
}

/** A command's own writer of Elasticsearch, beside those of collectors. */
export const openOwnWriter = (
  config: CollectorConfig,
  elasticsearch: ElasticsearchConfig,
  prices: PriceBook,
): OwnWriter => {
  const state = Promise.withResolvers<ClusterState>();
  const writer = openElasticsearchWriter({
    config: elasticsearch,
    erasureTimes: {
      purgeAfterMillis: config.erasure.purgeSeconds * MILLIS_PER_SECOND,
      rememberMillis: config.erasure.memoryDays * MILLIS_PER_DAY,
    },
    // Files are purged, and told to be, by collectors, which know their journals.
    isGoneElsewhere: () => Promise.resolve(false),
    maxValueBytes: config.limits.attributeValueBytes,
    hasTextIndex: config.text.enabled,
    prices,
    tellFacts: createTellFacts(prices),
    onState: state.resolve,
    now: Date.now,
    later: (millis, task) => {
      const timer = setTimeout(task, millis);
      return () => {
        clearTimeout(timer);
      };
    },
  });
  return {
    writer,
    ready: async () => {
      const first = await state.promise;
      if (first.status === 'waiting') throw new Error(first.message);
    },
  };
};
