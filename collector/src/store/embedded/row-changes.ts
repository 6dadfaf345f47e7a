import { NOTHING_REDERIVED, type RederiveReport } from '../rederive.js';
import { COLUMNS, columnValues, KIND_COLUMNS, kindValues } from './row-columns.js';
import type { TraceRow } from './trace-row.js';

/** A row as it is stored, and as it would be written today. */
export interface RowChange {
  readonly held: TraceRow;
  readonly anew: TraceRow;
  /** Names of the fields that differ; empty: nothing does. */
  readonly fields: readonly string[];
}

const SUMMARY = 'summary';

/** How a document calls the columns of a row. */
const FIELD_OF: Readonly<Record<string, string>> = {
  start: 'start_time',
  duration: 'duration_ms',
  spans: 'span_count',
  errors: 'error_count',
  tokens: 'total_tokens',
  input_tokens: 'total_input_tokens',
  output_tokens: 'total_output_tokens',
  cost: 'total_cost',
  weight: 'sample_weight',
  types: 'span_types',
  user: 'user_id',
  session: 'session_id',
  state: SUMMARY,
  has_gen_ai: SUMMARY,
};

const NAMES: readonly string[] = [...KIND_COLUMNS, ...COLUMNS];

const fieldsThatDiffer = (held: TraceRow, anew: TraceRow): readonly string[] => {
  const before = [...kindValues(held), ...columnValues(held)];
  const after = [...kindValues(anew), ...columnValues(anew)];
  const differ = NAMES.filter((_, at) => before[at] !== after[at]).map((column) => FIELD_OF[column] ?? column);
  const told = differ.filter((field) => field !== SUMMARY);
  // A summary repeats what else has changed.
  return told.length > 0 ? told : differ.slice(0, 1);
};

export const changeOf = (held: TraceRow, anew: TraceRow): RowChange => ({
  held,
  anew,
  fields: fieldsThatDiffer(held, anew),
});

export const reportOf = ({ anew, fields, held }: RowChange): RederiveReport => ({
  traces: 1,
  changed: fields.length === 0 ? 0 : 1,
  fields: Object.fromEntries(fields.map((field) => [field, 1])),
  tokens: { before: held.tokens ?? 0, after: anew.tokens ?? 0 },
  cost: { before: held.cost ?? 0, after: anew.cost ?? 0 },
  failed: 0,
});

export const FAILED: RederiveReport = { ...NOTHING_REDERIVED, traces: 1, failed: 1 };
