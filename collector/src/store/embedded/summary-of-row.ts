import { type Attributes, isoOfNanos, type SpanType, type TraceStatus, type TraceSummary } from 'noveum-proto';

import { KIND_COLUMNS, splitList, type StoredKind } from './row-columns.js';
import { STATUS_NAME } from './schema.js';
import { fromStoredKey } from './stored-key.js';

/** A row as the read side sees it. */
export interface ReadRow extends Readonly<StoredKind> {
  readonly id: bigint;
  readonly project: string;
  readonly key: Uint8Array | string;
  readonly start: bigint;
  readonly duration: bigint | null;
  readonly spans: bigint;
  readonly errors: bigint;
  readonly tokens: bigint | null;
  readonly input_tokens: bigint | null;
  readonly output_tokens: bigint | null;
  readonly cost: number | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly tags: string | null;
  readonly status_message: string | null;
  readonly first_received: bigint;
  readonly last_received: bigint;
  readonly incomplete: bigint;
  readonly summary: string | null;
}

const OF_TRACE = [
  'id',
  'key',
  'start',
  'duration',
  'spans',
  'errors',
  'user',
  'session',
  'tags',
  'status_message',
  'tokens',
  'input_tokens',
  'output_tokens',
  'cost',
  'first_received',
  'last_received',
  'incomplete',
  'summary',
] as const satisfies readonly (keyof ReadRow)[];

/** Selects what `summaryOfRow` takes. */
export const SELECT_READ_ROWS = `SELECT ${[
  ...OF_TRACE.map((column) => `r.${column}`),
  ...KIND_COLUMNS.map((column) => `k.${column}`),
].join(', ')}, p.name AS project FROM trace r JOIN kind k ON k.id = r.kind JOIN project p ON p.id = r.project`;

const NANOS_PER_MICRO = 1000n;
const HALF_A_MICRO = 500n;

const isoOfMillis = (millis: bigint): string => new Date(Number(millis)).toISOString();

const totalsOf = (row: ReadRow): Attributes => ({
  ...(row.tokens === null
    ? {}
    : {
        total_tokens: Number(row.tokens),
        total_input_tokens: Number(row.input_tokens),
        total_output_tokens: Number(row.output_tokens),
      }),
  ...(row.cost === null ? {} : { total_cost: row.cost }),
});

/** The document without its spans: kept whole where it was derived whole, else built from the columns. */
export const summaryOfRow = (row: ReadRow): TraceSummary => {
  if (row.summary !== null) return JSON.parse(row.summary) as TraceSummary;
  const key = fromStoredKey(row.key);
  const ingestedAt = isoOfMillis(row.first_received);
  const totals = totalsOf(row);
  const derivedKeys = Object.keys(totals);
  return {
    trace_id: key,
    trace_key: key,
    name: row.name,
    start_time: isoOfNanos(row.start),
    start_unix_nano: String(row.start),
    end_time: row.duration === null ? null : isoOfNanos(row.start + row.duration),
    duration_ms: row.duration === null ? null : Number((row.duration + HALF_A_MICRO) / NANOS_PER_MICRO) / 1000,
    status: STATUS_NAME[Number(row.status)] as TraceStatus,
    status_message: row.status_message,
    span_count: Number(row.spans),
    error_count: Number(row.errors),
    has_error: row.errors > 0n,
    project: row.project,
    environment: row.environment,
    sdk: null,
    attributes: totals,
    metadata: {
      user_id: row.user,
      session_id: row.session,
      request_id: null,
      tags: Object.fromEntries(
        splitList(row.tags)
          .sort()
          .map((tag) => [tag, true]),
      ),
      custom_attributes: {},
    },
    services: splitList(row.services),
    models: splitList(row.models),
    providers: splitList(row.providers),
    span_types: splitList(row.types) as SpanType[],
    error_types: splitList(row.error_types),
    incomplete: row.incomplete === 1n,
    events: [],
    noveum: derivedKeys.length === 0 ? {} : { derived: { keys: derivedKeys } },
    ingested_at: ingestedAt,
    processed_at: row.last_received === row.first_received ? ingestedAt : isoOfMillis(row.last_received),
  };
};
