import { createHash } from 'node:crypto';

import { parquetReadObjects, parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { nanosOfIso } from 'noveum-proto';

import { fragmentsOf } from '../../src/normalise/index.js';
import type { TraceQuery, TraceReader } from '../../src/store/index.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import { NOON_MILLIS, spansArrive } from '../../src/store/contract/index.js';
import { type Reply, rootOf, type RunningApi, startApi } from '../api/running-api.js';

const COLUMNS =
  'trace_id,name,project,environment,start_time,end_time,duration_ms,status,span_count,error_count,user_id,session_id,' +
  'tags,services,models,providers,span_types,total_tokens,total_input_tokens,total_output_tokens,total_cost,' +
  'status_message,error_types,incomplete,ingested_at,processed_at';

const ADMIN = { 'x-api-key': 'admin-key' };

const EVERYTHING: TraceQuery = {
  filter: { project: null, equals: {}, notEquals: {}, tags: [], compare: [] },
  sort: { field: 'start_time', direction: 'desc' },
  limit: 1,
  offset: 0,
  count: 'bounded',
};

let api: RunningApi;
afterEach(() => api.close());

/** A native trace that says all that a row can hold. */
const FULL = {
  trace_id: 'full',
  name: 'ask, "twice"\nand wait',
  start_time: '2026-11-20T11:00:00.123456789Z',
  end_time: '2026-11-20T11:00:01.5Z',
  status: 'error',
  status_message: '=HYPERLINK("http://127.0.0.1")',
  environment: 'prod',
  attributes: { total_tokens: 15, total_input_tokens: 10, total_output_tokens: 5, total_cost: 0.00125 },
  metadata: { user_id: '-ada', session_id: 's1', tags: { beta: true, tier: 'gold, silver' } },
  spans: [],
};

const storeOf = async (traces: readonly object[]) => {
  const { writer, reader } = createMemoryTraceStore();
  await writer.write(
    fragmentsOf({
      format: 'native',
      body: Buffer.from(JSON.stringify({ traces })),
      receivedAtMillis: NOON_MILLIS,
      project: 'shop',
      keyEnvironment: null,
      redactionVersion: 0,
      refused: [],
    }),
  );
  return { writer, reader };
};

const startWith = async (traces: readonly object[]): Promise<void> => {
  api = await startApi({ reader: (await storeOf(traces)).reader });
};

const exported = (search: string, headers: Readonly<Record<string, string>> = ADMIN): Promise<Reply> =>
  api.get(`/v1/traces/export?${search}`, headers);

/** RFC 4180: records of fields. */
const recordsOf = (text: string): string[][] => {
  const records: string[][] = [];
  let fields: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (quoted === undefined && plain === '' && end === '' && fields.length === 0) break;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    records.push(fields);
    fields = [];
  }
  return records;
};

const rowsOf = (reply: Reply): Record<string, string>[] => {
  const [header = [], ...records] = recordsOf(reply.bytes.toString());
  return records.map((record) => Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])));
};

const parquetOf = (reply: Reply) => {
  const { buffer, byteOffset, length } = reply.bytes;
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
};

describe('the format', () => {
  test.each([
    ['', {}, 'application/x-ndjson', 'jsonl'],
    ['format=jsonl', { accept: 'text/csv' }, 'application/x-ndjson', 'jsonl'],
    ['format=otlp', {}, 'application/x-ndjson', 'otlp.jsonl'],
    ['format=csv', {}, 'text/csv; charset=utf-8; header=present', 'csv'],
    ['format=parquet', {}, 'application/vnd.apache.parquet', 'parquet'],
    ['', { accept: 'text/csv' }, 'text/csv; charset=utf-8; header=present', 'csv'],
    ['', { accept: 'text/csv;q=0.5, application/vnd.apache.parquet' }, 'application/vnd.apache.parquet', 'parquet'],
    ['', { accept: 'text/html, */*' }, 'application/x-ndjson', 'jsonl'],
  ])('%s with %j is %s', async (search, headers, contentType, extension) => {
    await startWith([FULL]);
    const reply = await exported(search, { ...ADMIN, ...headers });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe(contentType);
    expect(reply.headers['content-disposition']).toBe(
      `attachment; filename="noveum-traces-20261121T080000Z.${extension}"`,
    );
    expect(reply.headers.vary?.toLowerCase()).toMatch(/accept-encoding, accept$/);
  });

  test.each([
    ['format=xlsx', 'format must be one of jsonl, otlp, csv, parquet, got "xlsx"'],
    ['format=csv&format=otlp', 'format must be given once, got "csv, otlp"'],
    ['format=csv&formulas=run', 'formulas must be escape or keep, got "run"'],
    ['formulas=keep', 'formulas is a parameter of format=csv only, got "keep"'],
    ['format=csv&limit=5', 'limit is not a parameter of an export, got "5"'],
    ['format=parquet&colour=red', 'colour is not a parameter of this route, got "red"'],
  ])('%s is refused: %s', async (search, message) => {
    await startWith([FULL]);
    const reply = await exported(search);
    expect([reply.status, reply.json().message]).toEqual([400, message]);
  });

  test.each(['csv', 'parquet', 'otlp'])(
    'as %s an export takes filters, and a key sees its own project',
    async (format) => {
      api = await startApi();
      expect((await exported(`format=${format}&project=bank`, { 'x-api-key': 'shop-key' })).status).toBe(403);
      const { bytes } = await exported(`format=${format}&has_error=true`, { 'x-api-key': 'shop-key' });
      expect(bytes.toString()).toContain('request 5');
      expect(bytes.toString()).not.toMatch(/request [12346]/);
    },
  );

  test.each(['csv', 'parquet'])('as %s a cursor that is none is refused as what it is', async (format) => {
    api = await startApi();
    const reply = await exported(`format=${format}&cursor=xyz`);
    expect(reply.status).toBe(400);
    expect(reply.json().message).toMatch(/^cursor /);
  });
});

describe('CSV', () => {
  test('has a header, and a row a trace with every column in its place', async () => {
    await startWith([FULL]);
    const reply = await exported('format=csv&formulas=keep');
    expect(reply.bytes.toString().split('\r\n')[0]).toBe(COLUMNS);
    const [row] = rowsOf(reply);
    expect(row).toEqual({
      trace_id: 'full',
      name: FULL.name,
      project: 'shop',
      environment: 'prod',
      start_time: '2026-11-20T11:00:00.123456789Z',
      end_time: '2026-11-20T11:00:01.5Z',
      duration_ms: '1376.543',
      status: 'error',
      span_count: '0',
      error_count: '0',
      user_id: '-ada',
      session_id: 's1',
      tags: '["beta","tier:gold, silver"]',
      services: '',
      models: '',
      providers: '',
      span_types: '',
      total_tokens: '15',
      total_input_tokens: '10',
      total_output_tokens: '5',
      total_cost: '0.00125',
      status_message: FULL.status_message,
      error_types: '',
      incomplete: 'false',
      ingested_at: '2026-11-20T12:00:00.000Z',
      processed_at: '2026-11-20T12:00:00.000Z',
    });
    expect(reply.bytes.toString().endsWith('\r\n')).toBe(true);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('%j is no formula in a spreadsheet', async (name) => {
    await startWith([{ ...FULL, name }]);
    expect(rowsOf(await exported('format=csv'))[0]?.name).toBe(`'${name}`);
    expect(rowsOf(await exported('format=csv&formulas=keep'))[0]?.name).toBe(name);
  });

  test('of nothing is the header alone', async () => {
    await startWith([FULL]);
    expect((await exported('format=csv&status=cancelled')).bytes.toString()).toBe(`${COLUMNS}\r\n`);
  });
});

/** So many traces, each a second after the other. */
const startMany = async (count: number): Promise<void> => {
  const { writer, reader } = createMemoryTraceStore();
  for (let number = 1; number <= count; number++) await writer.write(spansArrive([rootOf(number)]));
  api = await startApi({ reader });
};

describe('Parquet', () => {
  test('has a row a trace with every column in its type', async () => {
    await startWith([FULL]);
    const file = parquetOf(await exported('format=parquet'));
    const [row] = await parquetReadObjects({ file, parsers: { timestampFromNanoseconds: (nanos) => nanos } });
    expect(row).toMatchObject({
      trace_id: 'full',
      name: FULL.name,
      start_time: nanosOfIso(FULL.start_time),
      duration_ms: 1376.543,
      span_count: 0n,
      user_id: '-ada',
      tags: ['beta', 'tier:gold, silver'],
      services: [],
      total_tokens: 15n,
      total_cost: 0.00125,
      status_message: FULL.status_message,
      incomplete: false,
    });
    const { children } = parquetSchema(await parquetMetadataAsync(file));
    expect(children.map(({ element }) => element.name).join(',')).toBe(COLUMNS);
  });

  test('what is not known is null', async () => {
    await startWith([{ trace_id: 'bare', name: 'bare', start_time: FULL.start_time, spans: [] }]);
    const [row] = await parquetReadObjects({ file: parquetOf(await exported('format=parquet')) });
    expect(row).toMatchObject({
      end_time: null,
      duration_ms: null,
      user_id: null,
      total_tokens: null,
      total_cost: null,
    });
  });

  test('is not compressed once more', async () => {
    await startMany(100);
    const reply = await exported('format=parquet', { ...ADMIN, 'accept-encoding': 'gzip' });
    expect(reply.headers['content-encoding']).toBeUndefined();
    expect(reply.bytes.subarray(0, 4).toString()).toBe('PAR1');
  });

  test('of nothing is a file without rows', async () => {
    await startWith([FULL]);
    const metadata = await parquetMetadataAsync(parquetOf(await exported('format=parquet&status=cancelled')));
    expect([metadata.num_rows, metadata.row_groups.length]).toEqual([0n, 0]);
  });
});

const range = (count: number): string[] => Array.from({ length: count }, (_, index) => `request ${String(index + 1)}`);

/** A text that no compression makes shorter than half. */
const fillingOf = (name: string): string => createHash('sha512').update(name).digest('hex');

/** Gives as many copies of one trace as are asked for, under names of their own. */
const readerOf = async (count: number): Promise<TraceReader> => {
  const { reader } = await storeOf([FULL]);
  const [trace] = (await reader.find(EVERYTHING)).traces;
  if (trace === undefined) throw new Error('the trace is not stored');
  const find: TraceReader['find'] = ({ cursor = '0', limit }) => {
    const start = Number(cursor);
    const traces = range(count)
      .slice(start, start + limit)
      .map((name) => ({ ...trace, name, status_message: fillingOf(name) }));
    const next = start + limit;
    return Promise.resolve({
      traces,
      total: count,
      totalRelation: 'eq',
      nextCursor: next < count ? String(next) : null,
    });
  };
  return { ...reader, find };
};

describe('what takes many pages is whole and in order', () => {
  test.each([
    [4_999, [4_999]],
    [5_000, [5_000]],
    [12_100, [5_000, 5_000, 2_100]],
  ])('with %d traces', async (count, groups) => {
    api = await startApi({ reader: await readerOf(count) });
    const names = range(count);
    expect(rowsOf(await exported('format=csv')).map(({ name }) => name)).toEqual(names);
    const file = parquetOf(await exported('format=parquet'));
    const rows = await parquetReadObjects({ file, columns: ['name'] });
    expect(rows.map(({ name }) => name as string)).toEqual(names);
    const { row_groups: found } = await parquetMetadataAsync(file);
    expect(found.map(({ num_rows: rowCount }) => Number(rowCount))).toEqual(groups);
  });

  test('as OTLP', async () => {
    await startMany(250);
    const lines = (await exported('format=otlp&sort=start_time:asc')).bytes.toString().trimEnd().split('\n');
    expect(lines.map((line) => /"name":"(request \d+)"/.exec(line)?.[1])).toEqual(range(250));
  });
});

test.each(['csv', 'parquet'])('as %s it breaks the connection off where it fails on its way', async (format) => {
  const reader = await readerOf(12_000);
  let pages = 0;
  const failing: TraceReader = {
    ...reader,
    find: (query) => (++pages > 9 ? Promise.reject(new Error('the disk is gone')) : reader.find(query)),
  };
  api = await startApi({ reader: failing });
  await expect(exported(`format=${format}`)).rejects.toThrow(/aborted|socket hang up/);
  expect(api.faults).toHaveLength(1);
});
