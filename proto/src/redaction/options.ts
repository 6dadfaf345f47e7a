import type { Action, Kind } from './kinds.js';

/** A pattern of one's own, in RE2's syntax. */
export interface OwnPattern {
  /** What it finds, for labels, actions and counts: `employee_id` is replaced by `[EMPLOYEE_ID]`. */
  readonly name: string;
  readonly pattern: string;
  /** Of `i`, `m`, `s`. */
  readonly flags?: string;
  /** Default: as for every kind. */
  readonly action?: Action;
}

/**
 * What becomes of an attribute: `drop`: it is left out; `redact`: its whole value is replaced; `keep`: it stays as it is;
 * an action: that for all kinds; a record: that for those kinds.
 */
export type AttributeRule = 'drop' | 'redact' | 'keep' | Action | Readonly<Partial<Record<string, Action>>>;

export interface RedactionOptions {
  /** For every kind that `actions` doesn't name. Default: `replace`. */
  readonly action?: Action;
  readonly actions?: Readonly<Partial<Record<Kind, Action>>>;
  /** Default: the kind in capitals in brackets, e.g. `[EMAIL]`. */
  readonly labels?: Readonly<Partial<Record<string, string>>>;
  /** The key of every hash, 16 characters or more; needed where something is hashed. */
  readonly salt?: string;
  /** What is left as it is, though it looks like one of the kinds. */
  readonly allow?: {
    /** Whole findings, exactly. */
    readonly values?: readonly string[];
    /** `example.com`; `*.example.com` for the domains below it. */
    readonly emailDomains?: readonly string[];
    /** Addresses and ranges: `127.0.0.0/8`, `::1`. */
    readonly ips?: readonly string[];
  };
  readonly patterns?: readonly OwnPattern[];
  /** By an attribute's key, or the beginning of keys with `*` at its end. The whole key goes before a beginning, a longer one before a shorter one. */
  readonly attributes?: Readonly<Record<string, AttributeRule>>;
}
