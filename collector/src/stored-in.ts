import { type CollectorConfig, dataPathsOf, type ElasticsearchConfig } from './config/index.js';
import type { Retention } from './store/embedded/index.js';

/** Which store holds the traces, as threads are told of it. */
export type StoredIn =
  | {
      readonly kind: 'embedded';
      readonly directory: string;
      readonly retention: Retention;
      /** Without one, what is asked of texts is looked for in what is stored. */
      readonly hasTextIndex: boolean;
    }
  | { readonly kind: 'elasticsearch'; readonly config: ElasticsearchConfig; readonly hasTextIndex: boolean };

/** How a store stands that may be away; embedded ones are always ready. */
export type StoreState =
  | { readonly status: 'ready'; readonly warning: string | null }
  /** `message` names what is missing. */
  | { readonly status: 'waiting'; readonly code: string; readonly message: string };

export const storedIn = ({ dataDir, elasticsearch, retention, store, text }: CollectorConfig): StoredIn => {
  const hasTextIndex = text.enabled;
  if (store === 'elasticsearch' && elasticsearch !== null)
    return { kind: 'elasticsearch', config: elasticsearch, hasTextIndex };
  return { kind: 'embedded', directory: dataPathsOf(dataDir).store, retention, hasTextIndex };
};

const DAYS_PER: Readonly<Record<string, number>> = { d: 1, h: 1 / 24, m: 1 / 1_440, s: 1 / 86_400 };

/** As the status tells it: with Elasticsearch the policy's, whose days count from an index's rollover. */
export const retentionOf = (config: CollectorConfig): Retention => {
  const stored = storedIn(config);
  if (stored.kind === 'embedded') return stored.retention;
  const { deleteAge } = stored.config.lifecycle;
  if (deleteAge === null) return { days: 0, bytes: 0 };
  return { days: Number(deleteAge.slice(0, -1)) * (DAYS_PER[deleteAge.slice(-1)] ?? 0), bytes: 0 };
};
