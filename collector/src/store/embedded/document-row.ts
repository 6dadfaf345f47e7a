import { endNanosOf, summaryOf, tagTerms, type TraceDocument } from 'noveum-proto';

import { STATUS_CODE, storable } from '../fact-sums/index.js';
import type { TraceRow } from './trace-row.js';

const ROOT_RANK = '0';

const ranked = (text: string | null) => (text === null ? null : { text, rank: ROOT_RANK });
const weightOf = ({ sample_weight: weight }: TraceDocument) =>
  weight === undefined ? null : { weight, rank: ROOT_RANK };
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Sets a row's columns from a document that was derived as a whole. */
export const setFromDocument = (row: TraceRow, document: TraceDocument): void => {
  row.start = storable(BigInt(document.start_unix_nano));
  row.end = storable(endNanosOf(document) ?? 0n);
  row.status = STATUS_CODE[document.status];
  row.spans = document.span_count;
  row.errors = document.error_count;
  row.tokens = numberOrNull(document.attributes.total_tokens);
  row.inputTokens = numberOrNull(document.attributes.total_input_tokens);
  row.outputTokens = numberOrNull(document.attributes.total_output_tokens);
  row.models = document.models;
  row.providers = document.providers;
  row.spanTypes = document.span_types;
  row.isGenAi = document.span_types.some((type) => type !== 'span');
  row.rows = null;
  row.cost = numberOrNull(document.attributes.total_cost);
  row.custom = [];
  row.weight = weightOf(document);
  row.name = ranked(document.name);
  row.user = ranked(document.metadata.user_id);
  row.session = ranked(document.metadata.session_id);
  row.environment = ranked(document.environment);
  // The whole summary is kept: no column says it.
  row.sdk = null;
  row.services = document.services;
  row.tags = tagTerms(document.metadata.tags);
  row.errorTypes = document.error_types;
  row.root = document.incomplete
    ? null
    : { ended: true, failed: false, errorType: null, statusMessage: document.status_message };
  row.summary = JSON.stringify(summaryOf(document));
};
