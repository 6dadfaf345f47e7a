import type { Formulas, JsonText, ParquetPart, TableAnswers, TablePart } from '../query/index.js';
import type { TraceQuery } from '../store/index.js';
import type { RouteContext } from './route.js';

const PAGE_TRACES = 1_000;

/** The parts of a table, each read when the one before it has been taken, so that memory holds one. */
const parts = async function* <Part extends TablePart>(
  query: TraceQuery,
  read: (query: TraceQuery) => Promise<Part>,
  { signal, hold }: RouteContext,
): AsyncGenerator<Part> {
  let stage: 'new' | 'begun' = 'new';
  let page: TraceQuery = { ...query, limit: PAGE_TRACES, offset: 0 };
  for (;;) {
    const part = await read(page);
    const release = hold(part.bytes, stage);
    stage = 'begun';
    try {
      yield part;
    } finally {
      release();
    }
    if (part.nextCursor === null || signal.aborted) return;
    page = { ...page, cursor: part.nextCursor };
  }
};

/** Every trace that a query finds, a record each, after a header. */
export const exportCsv = async function* (
  answers: TableAnswers,
  query: TraceQuery,
  formulas: Formulas,
  context: RouteContext,
): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of parts(query, (page) => answers.csv(page, formulas), context)) yield* bytes;
};

const lengthOf = (bytes: JsonText): number => bytes.reduce((sum, { length }) => sum + length, 0);

/** A Parquet file of every trace that a query finds; what grows with it are the places of its row groups only. */
export const exportParquet = async function* (
  answers: TableAnswers,
  query: TraceQuery,
  context: RouteContext,
): AsyncGenerator<Uint8Array> {
  const groups: NonNullable<ParquetPart['group']>[] = [];
  let offset = 0;
  for await (const { bytes, group } of parts(query, (page) => answers.parquet(page, offset), context)) {
    offset += lengthOf(bytes);
    if (group !== null) groups.push(group);
    yield* bytes;
  }
  if (!context.signal.aborted) yield* await answers.parquetEnd(offset, groups);
};
