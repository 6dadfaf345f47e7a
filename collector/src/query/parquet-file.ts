import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { nanosOfIso, type TraceSummary } from 'noveum-proto';

import { SUMMARY_COLUMNS, type SummaryColumn } from './summary-columns.js';

/** What the end of a file must know of a row group. */
export type ParquetGroupPlace = ParquetWriter['row_groups'][number];

export interface ParquetGroup {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly place: ParquetGroupPlace;
}

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;
const TYPES = {
  text: TEXT,
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } },
  integer: { type: 'INT64' },
  decimal: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
} as const;

const elementsOf = ({ name, kind }: SummaryColumn): SchemaElement[] =>
  kind === 'texts'
    ? [
        {
          name,
          converted_type: 'LIST',
          logical_type: { type: 'LIST' },
          repetition_type: 'REQUIRED',
          num_children: 1,
        },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', ...TEXT, repetition_type: 'REQUIRED' },
      ]
    : [{ name, ...TYPES[kind], repetition_type: 'OPTIONAL' }];

const SCHEMA: SchemaElement[] = [
  { name: 'trace', num_children: SUMMARY_COLUMNS.length },
  ...SUMMARY_COLUMNS.flatMap(elementsOf),
];

const valueOf = (column: SummaryColumn, trace: TraceSummary): unknown => {
  switch (column.kind) {
    case 'time':
      return nanosOfIso(column.of(trace) ?? '');
    case 'integer': {
      const value = column.of(trace);
      return value === null ? null : BigInt(value);
    }
    default:
      return column.of(trace);
  }
};

/** A writer that goes on at `offset`; a file's beginning is written at 0 only. */
const openAt = (offset: number) => {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: SCHEMA, createdBy: 'noveum-collector' });
  if (offset > 0) Object.assign(writer, { index: 0, offset });
  return { file, bytes: () => new Uint8Array(writer.getBuffer()) };
};

/** The row group that stands at `offset` bytes of a file, which begins with the one at 0. */
export const parquetGroup = (traces: readonly TraceSummary[], offset: number): ParquetGroup => {
  const { file, bytes } = openAt(offset);
  const columnData = SUMMARY_COLUMNS.map((column) => ({
    name: column.name,
    data: traces.map((trace) => valueOf(column, trace)),
    // An index of pages is written at the end of a file, which knows row groups only.
    offsetIndex: false,
  }));
  void file.write({ columnData, rowGroupSize: traces.length });
  const [place] = file.row_groups;
  if (place === undefined) throw new Error('a row group holds at least one row');
  return { bytes: bytes(), place };
};

/** What ends a file of `offset` bytes; alone, with offset 0, it is a file without rows. */
export const parquetEnd = (offset: number, groups: readonly ParquetGroupPlace[]): Uint8Array<ArrayBuffer> => {
  const { file, bytes } = openAt(offset);
  file.row_groups = [...groups];
  file.num_rows = groups.reduce((sum, { num_rows: rows }) => sum + rows, 0n);
  void file.finish();
  return bytes();
};
