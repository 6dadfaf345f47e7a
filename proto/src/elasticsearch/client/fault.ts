/**
 * - `unreachable`: no connection, or no answer in time, or half of one; it may have been done
 * - `overloaded`: turned away (429, 503, 502, 504, circuit breaker); it was not done
 * - `read-only`: the index takes no writes, e.g. at the disk's watermark
 * - `unauthorized`: 401; `forbidden`: 403, a right is missing
 * - `not-found`, `conflict`, `exists`
 * - `too-large`: 413
 * - `refused`: what was sent is not taken, now or later
 * - `unsupported`: this cluster doesn't have what was asked for, or is no Elasticsearch
 * - `internal`: 500, or an answer that makes no sense
 */
export type FaultKind =
  | 'unreachable'
  | 'overloaded'
  | 'read-only'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'exists'
  | 'too-large'
  | 'refused'
  | 'unsupported'
  | 'internal';

/** What may be told of an error: Elasticsearch's reasons quote the values of documents, so they are left out. */
export interface Fault {
  readonly kind: FaultKind;
  /** Null: there was no answer. */
  readonly status: number | null;
  /** Elasticsearch's name of the error, e.g. `document_parsing_exception`. */
  readonly type: string | null;
  /** The field that a value didn't fit. */
  readonly field: string | null;
  /** What the answer said to wait; null: nothing. */
  readonly retryAfterSeconds: number | null;
}

/** An error as answers and items of bulk answers hold it. */
export interface ErrorCause {
  readonly type?: unknown;
  readonly reason?: unknown;
  readonly caused_by?: unknown;
  readonly root_cause?: unknown;
}

const TYPE = /^[a-z][a-z0-9_]{0,99}$/;
const FIELD_IN_REASON = /(?:failed to parse field|object mapping for|tried to parse field) \[([\w.@-]{1,200})\]/;
const NO_HANDLER = /^no handler found for uri|^Incorrect HTTP method for uri/;

const isCause = (value: unknown): value is ErrorCause => typeof value === 'object' && value !== null;

const typeOf = (cause: ErrorCause): string | null =>
  typeof cause.type === 'string' && TYPE.test(cause.type) ? cause.type : null;

const fieldOf = (cause: ErrorCause): string | null => {
  const found = typeof cause.reason === 'string' ? FIELD_IN_REASON.exec(cause.reason)?.[1] : undefined;
  if (found !== undefined) return found;
  return isCause(cause.caused_by) ? fieldOf(cause.caused_by) : null;
};

const KIND_OF_TYPE: Readonly<Record<string, FaultKind>> = {
  cluster_block_exception: 'read-only',
  es_rejected_execution_exception: 'overloaded',
  circuit_breaking_exception: 'overloaded',
  unavailable_shards_exception: 'overloaded',
  no_shard_available_action_exception: 'overloaded',
  process_cluster_event_timeout_exception: 'overloaded',
  master_not_discovered_exception: 'overloaded',
  node_not_connected_exception: 'overloaded',
  node_closed_exception: 'overloaded',
  resource_already_exists_exception: 'exists',
  index_not_found_exception: 'not-found',
  api_not_available_exception: 'unsupported',
};

const KIND_OF_STATUS: Readonly<Record<number, FaultKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'unsupported',
  408: 'unreachable',
  409: 'conflict',
  410: 'unsupported',
  413: 'too-large',
  429: 'overloaded',
  502: 'overloaded',
  503: 'overloaded',
  504: 'overloaded',
};

/** Blocks of the cluster as a whole (no master, not recovered yet) come as 503, those of an index as 403 or 429. */
const kindOf = (status: number, type: string | null): FaultKind => {
  if (type === 'cluster_block_exception' && status === 503) return 'overloaded';
  const byType = type === null ? undefined : KIND_OF_TYPE[type];
  return byType ?? KIND_OF_STATUS[status] ?? (status >= 500 ? 'internal' : 'refused');
};

/** What an item of a bulk answer, or an answer, says went wrong. */
export const faultOfCause = (status: number, cause: ErrorCause | null): Fault => {
  const type = cause === null ? null : typeOf(cause);
  const field = cause === null ? null : fieldOf(cause);
  return { kind: kindOf(status, type), status, type, field, retryAfterSeconds: null };
};

const secondsOf = (header: unknown): number | null =>
  typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : null;

/** What an answer that is no success says: its body, read as JSON, and its Retry-After. */
export const faultOfAnswer = (status: number, body: unknown, retryAfter: unknown = null): Fault => {
  const given = isCause(body) ? (body as { readonly error?: unknown }).error : undefined;
  const fault = faultOfCause(status, isCause(given) ? given : null);
  const hasNoHandler = typeof given === 'string' && NO_HANDLER.test(given);
  return {
    ...fault,
    kind: hasNoHandler ? 'unsupported' : fault.kind,
    retryAfterSeconds: secondsOf(retryAfter),
  };
};

/** What there is no answer to. */
export const faultWithout = (kind: FaultKind, type: string | null = null): Fault => ({
  kind,
  status: null,
  type,
  field: null,
  retryAfterSeconds: null,
});

/** Whether the same request may succeed later although nothing about it is changed. */
export const isPassing = ({ kind }: Fault): boolean =>
  ['unreachable', 'overloaded', 'read-only', 'unauthorized', 'forbidden', 'internal'].includes(kind);

/** A sentence's part for logs and health, e.g. `answered 400 document_parsing_exception (field spans.kind)`. */
export const showFault = ({ kind, status, type, field }: Fault): string => {
  const what = status === null ? (kind === 'unreachable' ? 'could not be reached' : kind) : `answered ${status}`;
  return [what, type, field === null ? null : `(field ${field})`].filter((part) => part !== null).join(' ');
};

/** `ELASTICSEARCH_` and the kind of the fault, e.g. `ELASTICSEARCH_READ_ONLY`. */
export const codeOfFault = ({ kind }: Fault): string => `ELASTICSEARCH_${kind.toUpperCase().replaceAll('-', '_')}`;
