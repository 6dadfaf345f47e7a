import type { SpanType, TraceStatus, TraceSummary } from 'noveum-proto';

import { customOf, STATUS_NAME } from '../fact-sums/index.js';
import { summaryOfSums } from '../summary-of-sums.js';
import { KIND_COLUMNS, readCustom, splitList, type StoredKind } from './row-columns.js';
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
  readonly weight: number | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly tags: string | null;
  readonly custom: string | null;
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
  'custom',
  'status_message',
  'tokens',
  'input_tokens',
  'output_tokens',
  'cost',
  'weight',
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

const numberOrNull = (value: bigint | null): number | null => (value === null ? null : Number(value));

/** The document without its spans: kept whole where it was derived whole, else built from the columns. */
export const summaryOfRow = (row: ReadRow): TraceSummary =>
  row.summary !== null
    ? (JSON.parse(row.summary) as TraceSummary)
    : summaryOfSums({
        traceKey: fromStoredKey(row.key),
        project: row.project,
        start: row.start,
        duration: row.duration,
        status: STATUS_NAME[Number(row.status)] as TraceStatus,
        statusMessage: row.status_message,
        spans: Number(row.spans),
        errors: Number(row.errors),
        tokens: numberOrNull(row.tokens),
        inputTokens: numberOrNull(row.input_tokens),
        outputTokens: numberOrNull(row.output_tokens),
        cost: row.cost,
        sampleWeight: row.weight,
        name: row.name,
        environment: row.environment,
        sdk: row.sdk,
        user: row.user,
        session: row.session,
        tags: splitList(row.tags).sort(),
        custom: customOf(readCustom(row.custom)),
        services: splitList(row.services),
        models: splitList(row.models),
        providers: splitList(row.providers),
        spanTypes: splitList(row.types) as SpanType[],
        errorTypes: splitList(row.error_types),
        isIncomplete: row.incomplete === 1n,
        firstReceivedMillis: Number(row.first_received),
        lastReceivedMillis: Number(row.last_received),
      });
