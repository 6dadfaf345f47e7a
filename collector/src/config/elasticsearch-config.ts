import type { IndexSettings } from 'noveum-proto/elasticsearch';

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

export interface ElasticsearchConfig extends IndexSettings {
  readonly connection: ElasticsearchConnection;
}
