import { hmacSha256Hex } from '../hash/index.js';
import { type Action, CARD, EMAIL, IBAN, PHONE, SSN } from './kinds.js';
import { HASH_DIGITS, type Labels } from './labels.js';

const KEPT = 4;
/** Of a shorter value the last four would be half of it or more. */
const LEAST_TO_KEEP = 8;

const NUMBERS = new Set([PHONE, CARD, SSN, IBAN]);

/** Equal whatever their writing: digits without separators, addresses in small letters. */
const comparable = (kind: number, value: string): string => {
  if (kind === EMAIL) return value.toLowerCase();
  return NUMBERS.has(kind) ? value.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase() : value;
};

const masked = (value: string): string => '*'.repeat(value.length);

const lastKept = (value: string): string => {
  if (value.length < LEAST_TO_KEEP) return masked(value);
  const last = value.slice(-KEPT).replaceAll(/[^0-9A-Za-z]/g, '*');
  return `${'*'.repeat(value.length - KEPT)}${last}`;
};

/** The text that takes a finding's place. */
export type Render = (kind: number, action: Action, value: string) => string;

export const createRender =
  (labels: Labels, salt: string): Render =>
  (kind, action, value) => {
    switch (action) {
      case 'replace':
        return labels.of(kind);
      case 'hash':
        return labels.hashed(kind, hmacSha256Hex(salt, comparable(kind, value)).slice(0, HASH_DIGITS));
      case 'mask':
        return masked(value);
      case 'keep-last-4':
        return lastKept(value);
      case 'none':
        return value;
    }
  };
