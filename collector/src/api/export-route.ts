import type { TraceAnswers } from '../query/index.js';
import type { TraceQuery } from '../store/index.js';
import { type ExportForm, type ExportFormat, exportFormOf } from './export-format.js';
import { exportLines } from './export-lines.js';
import { exportCsv, exportParquet } from './export-tables.js';
import { parameterError } from './parameter-error.js';
import type { Route, RouteContext } from './route.js';

/** An export holds all that is found: there is nothing to page. */
const PAGE_PARAMETERS = ['limit', 'size', 'offset', 'from', 'include', 'include_spans', 'includeSpans'];

interface FileKind {
  readonly contentType: string;
  readonly extension: string;
}

const FILES: Readonly<Record<ExportFormat, FileKind>> = {
  jsonl: { contentType: 'application/x-ndjson', extension: 'jsonl' },
  otlp: { contentType: 'application/x-ndjson', extension: 'otlp.jsonl' },
  csv: { contentType: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
  parquet: { contentType: 'application/vnd.apache.parquet', extension: 'parquet' },
};

const piecesOf = (answers: TraceAnswers, query: TraceQuery, form: ExportForm, context: RouteContext) => {
  switch (form.format) {
    case 'jsonl':
      return exportLines(answers, query, 'document', context);
    case 'otlp':
      return exportLines(answers, query, 'otlp', context);
    case 'csv':
      return exportCsv(answers, query, form.formulas, context);
    case 'parquet':
      return exportParquet(answers, query, context);
  }
};

export interface ExportRouteOptions {
  readonly answers: TraceAnswers;
  /** Throws a CollectorError where the parameters make no query. */
  readonly queryOf: (search: URLSearchParams, context: RouteContext) => TraceQuery;
  readonly now: () => Date;
}

/** Every trace that a query finds, as a file in the format that is asked for. */
export const createExportRoute = ({ answers, queryOf, now }: ExportRouteOptions): Route => ({
  name: '/v1/traces/export',
  need: 'read',
  answer: (context) => {
    const form = exportFormOf(context.search, context.accept);
    const [paging] = [...form.search].filter(([parameter]) => PAGE_PARAMETERS.includes(parameter));
    if (paging !== undefined)
      throw parameterError([{ parameter: paging[0], rule: 'is not a parameter of an export', value: paging[1] }]);
    const { contentType, extension } = FILES[form.format];
    const time = now()
      .toISOString()
      .replaceAll(/[-:]|\.\d+/g, '');
    return Promise.resolve({
      kind: 'pieces',
      contentType,
      fileName: `noveum-traces-${time}.${extension}`,
      vary: 'accept',
      // Its pages are compressed already.
      isPacked: form.format === 'parquet',
      pieces: piecesOf(answers, queryOf(form.search, context), form, context),
    });
  },
});
