/** How the cluster is reached. */
export interface ElasticsearchConnection {
  /** URLs without user and password; a path is a prefix of every request's. Empty: `cloudId` is given. */
  readonly nodes: readonly string[];
  readonly cloudId: string | null;
  /** Secret, but for the user's name. */
  readonly auth:
    | { readonly kind: 'api-key'; readonly apiKey: string }
    | { readonly kind: 'basic'; readonly username: string; readonly password: string }
    | null;
  /** PEM; null: as Node.js trusts. */
  readonly ca: string | null;
  /** SHA-256 of the authority's certificate, hex with colons; it stands in for `ca`. */
  readonly fingerprint: string | null;
  readonly requestTimeoutMillis: number;
  readonly compression: 'none' | 'gzip';
}

/** The phases of an index of traces; ages count from its rollover and are Elasticsearch's: `7d`. */
export interface LifecycleConfig {
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

export interface ElasticsearchConfig {
  readonly connection: ElasticsearchConnection;
  /** What every index, template and policy is named by: `<prefix>-traces`, `<prefix>-meta`. */
  readonly prefix: string;
  readonly shards: number;
  readonly replicas: number;
  /** Until what was written is found by searches. */
  readonly refreshSeconds: number;
  readonly lifecycle: LifecycleConfig;
}
