import type { Json, TraceSummary } from 'noveum-proto';

interface Column<Kind extends string, Value> {
  readonly name: string;
  readonly kind: Kind;
  readonly of: (trace: TraceSummary) => Value;
}

/** A column of a table of traces. `time`: ISO 8601 UTC; `integer`: exact. */
export type SummaryColumn =
  | Column<'text' | 'time', string | null>
  | Column<'integer' | 'decimal', number | null>
  | Column<'flag', boolean>
  | Column<'texts', readonly string[]>;

const text = (name: string, of: (trace: TraceSummary) => string | null): SummaryColumn => ({ name, kind: 'text', of });
const time = (name: string, of: (trace: TraceSummary) => string | null): SummaryColumn => ({ name, kind: 'time', of });
const texts = (name: string, of: (trace: TraceSummary) => readonly string[]): SummaryColumn => ({
  name,
  kind: 'texts',
  of,
});

const countOf = (value: Json | undefined): number | null => (Number.isSafeInteger(value) ? (value as number) : null);
const numberOf = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);

const integer = (name: string, of: (trace: TraceSummary) => Json | undefined): SummaryColumn => ({
  name,
  kind: 'integer',
  of: (trace) => countOf(of(trace)),
});
const decimal = (name: string, of: (trace: TraceSummary) => Json | undefined): SummaryColumn => ({
  name,
  kind: 'decimal',
  of: (trace) => numberOf(of(trace)),
});

const tagText = ([key, value]: readonly [string, Json]): string => {
  if (value === true) return key;
  return `${key}:${typeof value === 'string' ? value : JSON.stringify(value)}`;
};

/** The columns of CSV and Parquet, in their order. Readers go by place too: a new one goes to the end. */
export const SUMMARY_COLUMNS: readonly SummaryColumn[] = [
  text('trace_id', (trace) => trace.trace_id),
  text('name', (trace) => trace.name),
  text('project', (trace) => trace.project),
  text('environment', (trace) => trace.environment),
  time('start_time', (trace) => trace.start_time),
  time('end_time', (trace) => trace.end_time),
  decimal('duration_ms', (trace) => trace.duration_ms),
  text('status', (trace) => trace.status),
  integer('span_count', (trace) => trace.span_count),
  integer('error_count', (trace) => trace.error_count),
  text('user_id', (trace) => trace.metadata.user_id),
  text('session_id', (trace) => trace.metadata.session_id),
  texts('tags', (trace) => Object.entries(trace.metadata.tags).map(tagText)),
  texts('services', (trace) => trace.services),
  texts('models', (trace) => trace.models),
  texts('providers', (trace) => trace.providers),
  texts('span_types', (trace) => trace.span_types),
  integer('total_tokens', (trace) => trace.attributes.total_tokens),
  integer('total_input_tokens', (trace) => trace.attributes.total_input_tokens),
  integer('total_output_tokens', (trace) => trace.attributes.total_output_tokens),
  decimal('total_cost', (trace) => trace.attributes.total_cost),
  text('status_message', (trace) => trace.status_message),
  texts('error_types', (trace) => trace.error_types),
  { name: 'incomplete', kind: 'flag', of: (trace) => trace.incomplete },
  time('ingested_at', (trace) => trace.ingested_at),
  time('processed_at', (trace) => trace.processed_at),
];
