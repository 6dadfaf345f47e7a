import type { ApiKey } from '../../../meta/index.js';

/** A key as the index holds it, under its hash as `_id`. */
export interface KeyDocument {
  readonly kind: 'key';
  readonly hash: string;
  readonly hint: string;
  readonly project: string;
  readonly environment: ApiKey['environment'];
  readonly role: ApiKey['role'];
  readonly status: ApiKey['status'];
  readonly created_at: string;
  readonly expires_at: string | null;
  /** Orders keys of one `created_at` as they were added. */
  readonly added: number;
}

export const toDocument = (key: ApiKey, added: number): KeyDocument => ({
  kind: 'key',
  hash: key.hash,
  hint: key.hint,
  project: key.project,
  environment: key.environment,
  role: key.role,
  status: key.status,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
  added,
});

export const fromDocument = (document: KeyDocument): ApiKey => ({
  hash: document.hash,
  hint: document.hint,
  project: document.project,
  environment: document.environment,
  role: document.role,
  status: document.status,
  createdAt: document.created_at,
  expiresAt: document.expires_at,
});
