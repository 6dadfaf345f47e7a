import type { Formulas } from '../query/index.js';
import { parameterError } from './parameter-error.js';

const FORMATS = ['jsonl', 'otlp', 'csv', 'parquet'] as const;
export type ExportFormat = (typeof FORMATS)[number];

export interface ExportForm {
  readonly format: ExportFormat;
  readonly formulas: Formulas;
  /** The parameters of the query. */
  readonly search: URLSearchParams;
}

/** What an `Accept` header may choose; OTLP has no media type of its own. */
const FORMAT_OF: Readonly<Record<string, ExportFormat>> = {
  'application/x-ndjson': 'jsonl',
  'application/jsonl': 'jsonl',
  'text/csv': 'csv',
  'application/vnd.apache.parquet': 'parquet',
};

/** The format that is wanted most; anything else is answered as if nothing were asked for. */
const accepted = (accept: string | undefined): ExportFormat => {
  let best: { readonly format: ExportFormat; readonly quality: number } = { format: 'jsonl', quality: 0 };
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const format = FORMAT_OF[type];
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (format !== undefined && quality > best.quality) best = { format, quality };
  }
  return best.format;
};

const isFormat = (value: string): value is ExportFormat => FORMATS.some((format) => format === value);

const once = (search: URLSearchParams, parameter: string): string | null => {
  const values = new Set(search.getAll(parameter));
  if (values.size > 1) throw parameterError([{ parameter, rule: 'must be given once', value: [...values].join(', ') }]);
  return search.get(parameter);
};

/** Reads what an export is to be given as: `format` counts before the `Accept` header. */
export const exportFormOf = (search: URLSearchParams, accept: string | undefined): ExportForm => {
  const format = once(search, 'format') ?? accepted(accept);
  if (!isFormat(format))
    throw parameterError([{ parameter: 'format', rule: `must be one of ${FORMATS.join(', ')}`, value: format }]);
  const formulas = once(search, 'formulas');
  if (formulas !== null && format !== 'csv')
    throw parameterError([{ parameter: 'formulas', rule: 'is a parameter of format=csv only', value: formulas }]);
  if (formulas !== null && formulas !== 'escape' && formulas !== 'keep')
    throw parameterError([{ parameter: 'formulas', rule: 'must be escape or keep', value: formulas }]);
  const rest = new URLSearchParams([...search].filter(([name]) => name !== 'format' && name !== 'formulas'));
  return { format, formulas: formulas ?? 'escape', search: rest };
};
