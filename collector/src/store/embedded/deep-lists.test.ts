import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiskFiles } from '../../files/index.js';
import { DAY, MILLI, nativeArrives, NOON, query, spanModel, spansArrive, traceIdOf } from '../contract/index.js';
import type { SortField, TraceFilter, TraceQuery, TraceReader } from '../trace-store.js';
import { openEmbeddedReader, openEmbeddedWriter } from './index.js';

/** What lists order and filter by, of one stored trace. */
interface Known {
  readonly project: string;
  readonly key: string;
  readonly values: Readonly<Record<SortField, bigint | number | null>>;
  readonly failed: boolean;
}

/** Few values for many traces, on two days, so that ties reach over pages, projects and kinds of keys. */
const startOf = (at: number): bigint => NOON - (at % 5 === 0 ? DAY : 0n) + BigInt((at * 31) % 17) * MILLI;

const spanOf = (at: number) => {
  const start = startOf(at);
  const unfinished = at % 11 === 0;
  const model = spanModel({
    traceId: traceIdOf((at * 7919) % 100_003),
    startUnixNano: start,
    endUnixNano: unfinished ? null : start + BigInt(at % 3) * MILLI,
    statusCode: at % 4 === 0 ? 2 : 0,
  });
  const values = {
    start_time: start,
    duration_ms: unfinished ? null : at % 3,
    span_count: 1,
    total_cost: null,
    total_tokens: null,
  };
  return { model, known: { key: model.traceId, values, failed: at % 4 === 0 } };
};

const nativeOf = (at: number) => {
  const start = startOf(at);
  const tokens = at % 2 === 0 ? null : at % 7;
  const key = `t-${String((at * 7919) % 100_003)}`;
  const model = {
    trace_id: key,
    name: 'native',
    start_time: new Date(Number(start / MILLI)).toISOString(),
    end_time: new Date(Number(start / MILLI) + (at % 3)).toISOString(),
    attributes: tokens === null ? {} : { total_tokens: tokens, total_cost: tokens / 2 },
    spans: [],
  };
  const values = {
    start_time: start,
    duration_ms: at % 3,
    span_count: 0,
    total_cost: tokens === null ? null : tokens / 2,
    total_tokens: tokens,
  };
  return { model, known: { key, values, failed: false } };
};

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

let directory: string;
let reader: TraceReader;
const known: Known[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-store-'));
  const files = createDiskFiles();
  const writer = await openEmbeddedWriter({ files, directory, retention: { days: 0, bytes: 0 } });
  for (const [project, otlp, native] of [
    ['shop', 3_500, 2_500],
    ['bank', 2_200, 100],
  ] as const) {
    const spans = numbers(otlp).map(spanOf);
    const natives = numbers(native).map(nativeOf);
    await writer.write(
      spansArrive(
        spans.map(({ model }) => model),
        { project },
      ),
    );
    await writer.write(
      nativeArrives(
        natives.map(({ model }) => model),
        { project },
      ),
    );
    known.push(...[...spans, ...natives].map((trace) => ({ project, ...trace.known })));
  }
  await writer.close();
  reader = openEmbeddedReader({ files, directory });
}, 60_000);

afterAll(async () => {
  await reader.close();
  await rm(directory, { recursive: true });
});

const compare = <T extends bigint | number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const expected = ({ filter, sort, offset, limit }: TraceQuery): string[] =>
  known
    .filter(({ project }) => filter.project === null || filter.project === project)
    .filter(({ failed }) => filter.hasError === undefined || filter.hasError === failed)
    .filter(({ values }) => filter.compare.every(({ value }) => (values.duration_ms ?? -1) >= value))
    .filter(({ values }) => filter.startUnixNano === undefined || (values.start_time ?? 0) >= filter.startUnixNano)
    .toSorted((a, b) => {
      const [left, right] = [a.values[sort.field], b.values[sort.field]];
      const order =
        left === null || right === null ? Number(left !== null) - Number(right !== null) : compare(left, right);
      return (sort.direction === 'asc' ? order : -order) || compare(a.key, b.key) || compare(a.project, b.project);
    })
    .slice(offset, offset + limit)
    .map(({ project, key }) => `${project} ${key}`);

const found = async (asked: TraceQuery) => {
  const page = await reader.find(asked);
  return {
    keys: page.traces.map(({ project, trace_key: key }) => `${project} ${key}`),
    cursor: page.nextCursor,
    total: page.total,
  };
};

const FILTERS: readonly [string, Partial<TraceFilter>][] = [
  ['everything', { project: null }],
  ['failed ones', { project: null, hasError: true }],
  [
    'long ones that failed',
    { project: null, hasError: true, compare: [{ field: 'duration_ms', operator: 'gte', value: 1 }] },
  ],
  ['those of a project and a day', { project: 'shop', startUnixNano: NOON }],
];

const SORTS: readonly SortField[] = ['start_time', 'duration_ms', 'span_count', 'total_cost', 'total_tokens'];

describe.each(FILTERS)('%s', (_name, changes) => {
  const filter = { ...query().filter, ...changes };

  test.each(SORTS.flatMap((field) => (['asc', 'desc'] as const).map((direction) => ({ field, direction }))))(
    'by $field, $direction: any page, and the one behind it by cursor',
    async (sort) => {
      for (const offset of [0, 5_000]) {
        const asked = query({ filter, sort, offset, limit: 30 });
        const page = await found(asked);
        expect({ offset, keys: page.keys }).toEqual({ offset, keys: expected(asked) });
        if (page.cursor === null) continue;
        const next = await found({ ...asked, cursor: page.cursor });
        expect({ behind: offset, keys: next.keys }).toEqual({
          behind: offset,
          keys: expected({ ...asked, offset: offset + 30 }),
        });
        expect(next.total).toBe(page.total);
      }
    },
  );
});
