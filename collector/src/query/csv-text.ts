import type { TraceSummary } from 'noveum-proto';

import { SUMMARY_COLUMNS, type SummaryColumn } from './summary-columns.js';

/**
 * What happens to a text that a spreadsheet would run as a formula: `escape` puts an apostrophe before it, which
 * spreadsheets hide, `keep` leaves it as it is.
 */
export type Formulas = 'escape' | 'keep';

/** How spreadsheets tell a formula from a text (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;
/** RFC 4180 ends each line so, the last one too. */
const LINE_END = '\r\n';

const quoted = (text: string): string => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const cellOf = (column: SummaryColumn, trace: TraceSummary, formulas: Formulas): string => {
  if (column.kind === 'text') {
    const value = column.of(trace) ?? '';
    return quoted(formulas === 'escape' && FORMULA.test(value) ? `'${value}` : value);
  }
  if (column.kind === 'texts') {
    const values = column.of(trace);
    return values.length === 0 ? '' : quoted(JSON.stringify(values));
  }
  const value = column.of(trace);
  return value === null ? '' : String(value);
};

export const csvHeader = (): string => SUMMARY_COLUMNS.map(({ name }) => name).join(',') + LINE_END;

/** One record a trace (RFC 4180): nothing is an empty field, a list is a JSON array. */
export const csvRecords = function* (traces: Iterable<TraceSummary>, formulas: Formulas): Generator<string> {
  for (const trace of traces)
    yield SUMMARY_COLUMNS.map((column) => cellOf(column, trace, formulas)).join(',') + LINE_END;
};
