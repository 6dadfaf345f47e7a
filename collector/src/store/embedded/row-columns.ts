import type { SQLInputValue } from 'node:sqlite';

import type { SpanType } from 'noveum-proto';

import { durationOf } from './counted.js';
import { applyState, encodeState } from './row-state.js';
import { STATUS_CODE } from './schema.js';
import { isIncomplete, newTraceRow, type TraceRow } from './trace-row.js';

const LIST_SEPARATOR = '\u001f';
export const joinList = (list: readonly string[]): string | null =>
  list.length === 0 ? null : list.join(LIST_SEPARATOR);
export const splitList = (text: string | null): string[] => (text === null ? [] : text.split(LIST_SEPARATOR));

const PLAIN: readonly SpanType[] = ['span'];
/** Null: no span has a GenAI meaning. */
export const spanTypesOf = (types: string | null): readonly SpanType[] =>
  types === null ? PLAIN : (splitList(types) as SpanType[]);

const numberOrNull = (value: bigint | null): number | null => (value === null ? null : Number(value));

export interface StoredRow {
  id: bigint;
  kind: bigint;
  start: bigint;
  duration: bigint | null;
  status: bigint;
  spans: bigint;
  errors: bigint;
  tokens: bigint | null;
  input_tokens: bigint | null;
  output_tokens: bigint | null;
  cost: number | null;
  models: string | null;
  providers: string | null;
  types: string | null;
  environment: string | null;
  user: string | null;
  session: string | null;
  services: string | null;
  tags: string | null;
  name: string;
  error_types: string | null;
  first_received: bigint;
  last_received: bigint;
  fragments: bigint;
  state: string | null;
  summary: string | null;
}

export const COLUMNS = [
  'start',
  'duration',
  'status',
  'spans',
  'errors',
  'tokens',
  'input_tokens',
  'output_tokens',
  'cost',
  'models',
  'providers',
  'types',
  'environment',
  'user',
  'session',
  'services',
  'tags',
  'name',
  'status_message',
  'error_types',
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
  row.status,
  row.spans,
  row.errors,
  row.tokens,
  row.inputTokens,
  row.outputTokens,
  row.cost,
  joinList(row.models),
  joinList(row.providers),
  row.isGenAi ? joinList(row.spanTypes) : null,
  row.environment?.text ?? null,
  row.user?.text ?? null,
  row.session?.text ?? null,
  joinList(row.services),
  joinList(row.tags),
  row.name?.text ?? '',
  row.root?.statusMessage ?? null,
  joinList(row.errorTypes),
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
  row.isGenAi = stored.types !== null;
  row.spanTypes = spanTypesOf(stored.types);
  row.rows = null;
  row.services = splitList(stored.services);
  row.tags = splitList(stored.tags);
  row.errorTypes = splitList(stored.error_types);
  row.firstReceived = Number(stored.first_received);
  row.lastReceived = Number(stored.last_received);
  row.fragments = Number(stored.fragments);
  row.summary = stored.summary;
  applyState(row, stored.state, stored, failedStatus(row.status));
  return row;
};
