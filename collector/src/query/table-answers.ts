import { setImmediate } from 'node:timers/promises';

import type { TraceSummary } from 'noveum-proto';

import type { TraceQuery, TraceReader } from '../store/index.js';
import { csvHeader, csvRecords, type Formulas } from './csv-text.js';
import { joinText, type JsonText } from './json-text.js';
import type { ParquetGroupPlace } from './parquet-file.js';

/** A part of a table, to be followed by the one from `nextCursor`. */
export interface TablePart {
  readonly bytes: JsonText;
  readonly nextCursor: string | null;
}

export interface ParquetPart extends TablePart {
  /** null: nothing was found. */
  readonly group: ParquetGroupPlace | null;
}

/** Summaries as tables, each call a bounded part of one. All throw UnusableCursor. */
export interface TableAnswers {
  /** The query's page; with the header before it where there is no cursor. */
  csv(query: TraceQuery, formulas: Formulas): Promise<TablePart>;
  /** A row group of several pages, that stands at `offset` of the file. */
  parquet(query: TraceQuery, offset: number): Promise<ParquetPart>;
  /** What ends a file of so many bytes. */
  parquetEnd(offset: number, groups: readonly ParquetGroupPlace[]): Promise<JsonText>;
}

/** Readers of Parquet want large groups; other reads wait while one is encoded. */
const GROUP_TRACES = 5_000;

/** Loaded with the first file that is asked for. */
const parquetFile = () => import('./parquet-file.js');

export const createTableAnswers = (reader: TraceReader): TableAnswers => ({
  async csv(query, formulas) {
    const { traces, nextCursor } = await reader.find(query);
    const text = function* () {
      if (query.cursor === undefined) yield csvHeader();
      yield* csvRecords(traces, formulas);
    };
    return { bytes: joinText(text()), nextCursor };
  },
  async parquet(query, offset) {
    const rows: TraceSummary[] = [];
    let { cursor } = query;
    do {
      const page = await reader.find(cursor === undefined ? query : { ...query, cursor });
      rows.push(...page.traces);
      cursor = page.nextCursor ?? undefined;
      // Whoever else reads has a turn.
      await setImmediate();
    } while (cursor !== undefined && rows.length + query.limit <= GROUP_TRACES);
    const nextCursor = cursor ?? null;
    if (rows.length === 0) return { bytes: [], group: null, nextCursor };
    const { parquetGroup } = await parquetFile();
    const { bytes, place } = parquetGroup(rows, offset);
    return { bytes: [bytes], group: place, nextCursor };
  },
  async parquetEnd(offset, groups) {
    const { parquetEnd } = await parquetFile();
    return [parquetEnd(offset, groups)];
  },
});
