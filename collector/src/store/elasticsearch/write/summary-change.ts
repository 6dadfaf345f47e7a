import type { TraceSummary } from 'noveum-proto';

import { NOTHING_REDERIVED, type RederiveReport } from '../../rederive.js';

/** What is told of a trace, by the names of a document, as `RederiveReport.fields` has them. */
const toldFields = ({ attributes, metadata, ...summary }: TraceSummary): Readonly<Record<string, unknown>> => ({
  status: summary.status,
  name: summary.name,
  environment: summary.environment,
  services: summary.services,
  models: summary.models,
  providers: summary.providers,
  span_types: summary.span_types,
  error_types: summary.error_types,
  start_time: summary.start_unix_nano,
  duration_ms: summary.duration_ms,
  span_count: summary.span_count,
  error_count: summary.error_count,
  total_tokens: attributes.total_tokens,
  total_input_tokens: attributes.total_input_tokens,
  total_output_tokens: attributes.total_output_tokens,
  total_cost: attributes.total_cost,
  user_id: metadata.user_id,
  session_id: metadata.session_id,
  tags: metadata.tags,
  status_message: summary.status_message,
  incomplete: summary.incomplete,
});

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const fieldsThatDiffer = (before: TraceSummary, after: TraceSummary): readonly string[] => {
  if (isSame(before, after)) return [];
  const held = toldFields(before);
  const differ = Object.entries(toldFields(after)).flatMap(([field, value]) =>
    isSame(value, held[field]) ? [] : [field],
  );
  return differ.length > 0 ? differ : ['summary'];
};

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Of a trace that was looked at: as its list shows it, before and after. */
export const changeOfSummary = (before: TraceSummary, after: TraceSummary): RederiveReport => {
  const fields = fieldsThatDiffer(before, after);
  const sums = (name: 'total_tokens' | 'total_cost') => ({
    before: numberOf(before.attributes[name]),
    after: numberOf(after.attributes[name]),
  });
  return {
    ...NOTHING_REDERIVED,
    traces: 1,
    changed: fields.length === 0 ? 0 : 1,
    fields: Object.fromEntries(fields.map((field) => [field, 1])),
    tokens: sums('total_tokens'),
    cost: sums('total_cost'),
  };
};
