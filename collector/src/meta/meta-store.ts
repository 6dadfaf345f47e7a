import type { SenderRow } from './sender-row.js';

export type Role = 'ingest' | 'read' | 'admin';
export type KeyEnvironment = 'prod' | 'dev' | 'test';

export interface ApiKey {
  /** SHA-256 of the key, lower-case hex. The key itself is never kept. */
  readonly hash: string;
  /** Shown in lists: the key's first characters, e.g. `nv_prod_ab12`. */
  readonly hint: string;
  readonly project: string;
  readonly environment: KeyEnvironment;
  readonly role: Role;
  readonly status: 'active' | 'revoked';
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/** Keys and senders today; views, quotas and datasets later. Small, shared by all collectors of one store. */
export interface MetaStore {
  /** Rejects a hash that is already there. */
  addKey(key: ApiKey): Promise<void>;
  findKey(hash: string): Promise<ApiKey | null>;
  /** Oldest first. */
  listKeys(): Promise<readonly ApiKey[]>;
  /** By hash or by a hint that fits exactly one key; resolves to the revoked key, or null. Revoking twice is no error. */
  revokeKey(hashOrHint: string): Promise<ApiKey | null>;
  /** Puts rows, each in place of the one that the same collector has of the same sender. */
  saveSenders(rows: readonly SenderRow[]): Promise<void>;
  /** Those of all collectors, seen last first, at most 10,000. */
  listSenders(): Promise<readonly SenderRow[]>;
  forgetSenders(rows: readonly SenderRow[]): Promise<void>;
  close(): Promise<void>;
}
