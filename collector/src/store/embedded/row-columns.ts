import type { SQLInputValue } from 'node:sqlite';

import type { SpanType } from 'noveum-proto';

import { durationOf, isIncomplete, STATUS_CODE } from '../fact-sums/index.js';
import type { RankedAttribute } from '../trace-store.js';
import { applyState, encodeState } from './row-state.js';
import { newTraceRow, type TraceRow } from './trace-row.js';

/** What a row's kind holds of it; lists are sorted. */
export interface StoredKind {
  status: bigint;
  name: string;
  environment: string | null;
  /** See `sdkTextOf`. */
  sdk: string | null;
  services: string | null;
  models: string | null;
  providers: string | null;
  /** Null: there is no span. */
  types: string | null;
  error_types: string | null;
  /** 1 where a span has a GenAI meaning, though it be of type `span`. */
  has_gen_ai: bigint;
}

/** Of the table `kind`, after its project. */
export const KIND_COLUMNS = [
  'status',
  'name',
  'environment',
  'sdk',
  'services',
  'models',
  'providers',
  'types',
  'error_types',
  'has_gen_ai',
] as const satisfies readonly (keyof StoredKind)[];

const LIST_SEPARATOR = '\u001f';
export const joinList = (list: readonly string[]): string | null =>
  list.length === 0 ? null : list.join(LIST_SEPARATOR);
export const splitList = (text: string | null): string[] => (text === null ? [] : text.split(LIST_SEPARATOR));

export const readCustom = (stored: string | null): readonly RankedAttribute[] =>
  stored === null ? [] : (JSON.parse(stored) as RankedAttribute[]);

const sortedList = (list: readonly string[]): string | null => joinList(list.length > 1 ? list.toSorted() : list);

export const kindValues = (row: TraceRow): (string | number | null)[] => [
  row.status,
  row.name?.text ?? '',
  row.environment?.text ?? null,
  row.sdk?.text ?? null,
  sortedList(row.services),
  sortedList(row.models),
  sortedList(row.providers),
  row.isGenAi ? sortedList(row.spanTypes) : row.spans > 0 ? 'span' : null,
  sortedList(row.errorTypes),
  row.isGenAi ? 1 : 0,
];

const numberOrNull = (value: bigint | null): number | null => (value === null ? null : Number(value));

export interface StoredRow extends StoredKind {
  id: bigint;
  kind: bigint;
  start: bigint;
  duration: bigint | null;
  spans: bigint;
  errors: bigint;
  tokens: bigint | null;
  input_tokens: bigint | null;
  output_tokens: bigint | null;
  cost: number | null;
  weight: number | null;
  user: string | null;
  session: string | null;
  tags: string | null;
  custom: string | null;
  first_received: bigint;
  last_received: bigint;
  fragments: bigint;
  state: string | null;
  summary: string | null;
}

/** Of the table `trace`, after its project, key and kind. */
export const COLUMNS = [
  'start',
  'duration',
  'spans',
  'errors',
  'tokens',
  'input_tokens',
  'output_tokens',
  'cost',
  'weight',
  'user',
  'session',
  'tags',
  'custom',
  'status_message',
  'first_received',
  'last_received',
  'fragments',
  'incomplete',
  'state',
  'summary',
];

export const columnValues = (row: TraceRow): SQLInputValue[] => [
  row.start,
  durationOf(row),
  row.spans,
  row.errors,
  row.tokens,
  row.inputTokens,
  row.outputTokens,
  row.cost,
  row.weight?.weight ?? null,
  row.user?.text ?? null,
  row.session?.text ?? null,
  joinList(row.tags),
  row.custom.length === 0 ? null : JSON.stringify(row.custom),
  row.root?.statusMessage ?? null,
  row.firstReceived,
  row.lastReceived,
  row.fragments,
  isIncomplete(row) ? 1 : 0,
  encodeState(row),
  row.summary,
];

const failedStatus = (status: number): boolean => status === STATUS_CODE.error || status === STATUS_CODE.timeout;

export const toTraceRow = (project: number, key: string, stored: StoredRow): TraceRow => {
  const row = newTraceRow(project, key);
  row.id = Number(stored.id);
  row.kind = Number(stored.kind);
  row.start = stored.start;
  row.end = stored.duration === null ? 0n : stored.start + stored.duration;
  row.status = Number(stored.status);
  row.spans = Number(stored.spans);
  row.errors = Number(stored.errors);
  row.tokens = numberOrNull(stored.tokens);
  row.inputTokens = numberOrNull(stored.input_tokens);
  row.outputTokens = numberOrNull(stored.output_tokens);
  row.cost = stored.cost;
  row.models = splitList(stored.models);
  row.providers = splitList(stored.providers);
  row.isGenAi = stored.has_gen_ai === 1n;
  row.spanTypes = splitList(stored.types) as SpanType[];
  row.rows = null;
  row.services = splitList(stored.services);
  row.tags = splitList(stored.tags);
  row.custom = readCustom(stored.custom);
  row.errorTypes = splitList(stored.error_types);
  row.firstReceived = Number(stored.first_received);
  row.lastReceived = Number(stored.last_received);
  row.fragments = Number(stored.fragments);
  row.summary = stored.summary;
  applyState(row, stored.state, stored, failedStatus(row.status));
  return row;
};
