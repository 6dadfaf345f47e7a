import type { ApiKey, KeyEnvironment, Role } from './meta-store.js';

/** A key as SQLite holds it. */
export type KeyRow = Record<'hash' | 'hint' | 'project' | 'environment' | 'role' | 'status' | 'created_at', string> & {
  expires_at: string | null;
};

export const toRow = (key: ApiKey): KeyRow => ({
  hash: key.hash,
  hint: key.hint,
  project: key.project,
  environment: key.environment,
  role: key.role,
  status: key.status,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
});

export const fromRow = (row: KeyRow): ApiKey => ({
  hash: row.hash,
  hint: row.hint,
  project: row.project,
  environment: row.environment as KeyEnvironment,
  role: row.role as Role,
  status: row.status as ApiKey['status'],
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});
