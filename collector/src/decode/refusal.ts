import type { DecodeOutcome } from './decoded.js';

export type Refused = Extract<DecodeOutcome, { readonly status: 'refused' }>;

export const refuse = (field: string, issue: string, kind: string): Refused => ({
  status: 'refused',
  code: 'VALIDATION_ERROR',
  problem: { field, issue, kind },
});

export const refuseTooLarge = (field: string, issue: string, kind: string): Refused => ({
  status: 'refused',
  code: 'PAYLOAD_TOO_LARGE',
  problem: { field, issue, kind },
});

export const refuseUnpacked = (limitBytes: number): Refused =>
  refuseTooLarge('body', `must be at most ${String(limitBytes)} bytes unpacked`, 'unpacked_too_large');
