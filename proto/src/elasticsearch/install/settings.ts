/** The phases of an index of traces; ages count from its rollover and are Elasticsearch's: `7d`. */
export interface LifecycleSettings {
  readonly rolloverSize: string;
  readonly rolloverAge: string;
  /** Null: there is no such phase. */
  readonly warmAge: string | null;
  readonly warmReplicas: number;
  readonly coldAge: string | null;
  readonly coldReplicas: number;
  /** Null: traces are kept for ever. */
  readonly deleteAge: string | null;
}

/** How indices of traces are named and made. */
export interface IndexSettings {
  /** What every index, template and policy is named by: `<prefix>-traces`, `<prefix>-meta`. */
  readonly prefix: string;
  readonly shards: number;
  readonly replicas: number;
  /** Until what was written is found by searches. */
  readonly refreshSeconds: number;
  readonly lifecycle: LifecycleSettings;
}

/** Where nothing else is said. */
export const INDEX_SETTINGS: IndexSettings = Object.freeze({
  prefix: 'noveum',
  shards: 3,
  replicas: 1,
  refreshSeconds: 5,
  lifecycle: Object.freeze({
    rolloverSize: '10gb',
    rolloverAge: '30d',
    warmAge: '7d',
    warmReplicas: 1,
    coldAge: '30d',
    coldReplicas: 1,
    deleteAge: '365d',
  }),
});
