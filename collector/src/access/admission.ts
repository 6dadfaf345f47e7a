import type { Role } from '../meta/index.js';

export type Permission = 'ingest' | 'read' | 'admin';

/** Who asks. In keyless mode an admin without key or project. */
export interface Principal {
  /** null: any project (an admin key of the configuration, or keyless mode). */
  readonly project: string | null;
  readonly environment: string | null;
  readonly role: Role;
  /** The key's beginning as lists show it; null: no key. */
  readonly keyId: string | null;
}

export interface Denied {
  readonly status: 'denied';
  readonly code: 'UNAUTHORIZED' | 'FORBIDDEN' | 'RATE_LIMITED' | 'QUOTA_EXCEEDED' | 'STORE_UNAVAILABLE';
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

export type AdmissionOutcome = { readonly status: 'admitted' } | Denied;

/**
 * A further say over a request whose principal is known and whose body is not read yet: the place of rate limits,
 * quotas and the audit trail. They are asked in order, and the first that denies ends it. Must not throw.
 */
export type Admission = (principal: Principal, need: Permission) => AdmissionOutcome | Promise<AdmissionOutcome>;
