import type { TextQuery } from 'noveum-proto';

export type NumericField = 'duration_ms' | 'span_count' | 'error_count' | 'total_cost' | 'total_tokens';
export type NumericOperator = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';
/** What a trace has several of (services, models, providers, types, error types) equals a value where one of them does. */
export type TextField =
  | 'traceKey'
  | 'name'
  | 'environment'
  | 'status'
  | 'userId'
  | 'sessionId'
  | 'service'
  | 'model'
  | 'provider'
  | 'type'
  | 'errorType';

/** What is asked of the texts of a trace; see `parseTextQuery` for words. */
export type TextAsked =
  | { readonly mode: 'words'; readonly query: TextQuery }
  /** A string as it stands, in upper or lower case; not empty. */
  | { readonly mode: 'substring'; readonly needle: string };

export interface TraceFilter {
  /** Only `find` answers it, and only in the order of `start_time`, the latest first. */
  readonly text?: TextAsked;
  /** null: every project (an admin, or keyless mode with no project named). */
  readonly project: string | null;
  /** Every project but this one. */
  readonly notProject?: string;
  readonly startUnixNano?: bigint;
  readonly endUnixNano?: bigint;
  readonly equals: Partial<Readonly<Record<TextField, string>>>;
  readonly notEquals: Partial<Readonly<Record<TextField, string>>>;
  /** Each `name` or `key:value`; all must hold. */
  readonly tags: readonly string[];
  readonly hasError?: boolean;
  readonly compare: readonly {
    readonly field: NumericField;
    readonly operator: NumericOperator;
    readonly value: number;
  }[];
}
