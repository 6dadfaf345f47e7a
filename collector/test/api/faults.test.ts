import { once } from 'node:events';
import { get } from 'node:http';

import type { TraceReader } from '../../src/store/index.js';
import { TraceTooLarge, UnusableCursor } from '../../src/store/trace-store.js';
import { traceIdOf } from '../../src/store/contract/index.js';
import { type RunningApi, startApi, storeOfSeven } from './running-api.js';

const HEADERS = { 'x-api-key': 'shop-key' };

const running: RunningApi[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.close()));
});

const withReader = async (change: (reader: TraceReader) => Partial<TraceReader>): Promise<RunningApi> => {
  const reader = await storeOfSeven();
  const api = await startApi({ reader: { ...reader, ...change(reader) } });
  running.push(api);
  return api;
};

test('a fault of the store is a 503 that may be repeated, and is told to the log alone', async () => {
  const fault = new Error('disk /secret/path is broken');
  const api = await withReader(() => ({ find: () => Promise.reject(fault) }));
  for (const path of ['/v1/traces', '/v1/traces/export']) {
    const reply = await api.get(path);
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1']);
    expect(reply.json()).toMatchObject({ error: { code: 'STORE_UNAVAILABLE' } });
    expect(reply.bytes.toString()).not.toContain('secret');
  }
  expect(api.faults).toEqual([fault, fault]);
});

test('a cluster that is away is named as health names it, and told to the metrics by kind', async () => {
  const faults = ['ELASTICSEARCH_UNREACHABLE', 'ELASTICSEARCH_READ_ONLY', 'REFUSED_BY_ELASTICSEARCH', 'EIO'].map(
    (code) => Object.assign(new Error('host 10.0.0.1 is away'), { code }),
  );
  const left = [...faults];
  const api = await withReader(() => ({ find: () => Promise.reject(left.shift() ?? new Error('no more')) }));
  const replies = [];
  for (const _ of faults) replies.push(await api.get('/v1/traces'));
  expect(replies.map(({ headers, status }) => [status, headers['retry-after']])).toEqual([
    [503, '5'],
    [503, '5'],
    [503, '1'],
    [503, '1'],
  ]);
  expect(replies.map((reply) => reply.json().message)).toEqual([
    "the store can't answer now (ELASTICSEARCH_UNREACHABLE); try again",
    "the store can't answer now (ELASTICSEARCH_READ_ONLY); try again",
    'the request could not be answered; try again',
    'the request could not be answered; try again',
  ]);
  expect(api.kept).toEqual(['unreachable', 'read-only', 'refused', 'other']);
  // What a cluster's outage is, the collector's log says once.
  expect(api.faults).toEqual(faults.slice(2));
});

test.each(['/v1/traces', '/v1/traces/export'])('%s refuses a cursor that is none as what it is', async (path) => {
  const api = await withReader(() => ({
    find: () => Promise.reject(new UnusableCursor('cursor must be one')),
  }));
  const reply = await api.get(`${path}?cursor=x`);
  expect(reply.status).toBe(400);
  expect(reply.json()).toMatchObject({ error: { code: 'VALIDATION_ERROR', details: { field: 'cursor' } } });
  expect(api.faults).toEqual([]);
});

/** Documents of a megabyte each, or of more. */
const padded = (reader: TraceReader, bytes = 1_000_000): TraceReader['get'] => {
  const name = 'x'.repeat(bytes);
  return async (project, key) => {
    const document = await reader.get(project, key);
    return document === null ? null : { ...document, name };
  };
};

test.each(['/v1/traces/export', '/v1/traces?include=spans'])(
  '%s that fails on its way breaks off, so that nobody takes it for whole',
  async (path) => {
    let reads = 0;
    const api = await withReader((reader) => ({
      get: (project, key) => (reads++ < 2 ? padded(reader)(project, key) : Promise.reject(new Error('disk'))),
    }));
    await expect(api.get(path)).rejects.toThrow('aborted');
    expect(api.faults).toHaveLength(1);
  },
);

test.each(['/v1/traces/export', '/v1/traces?include=spans'])('%s that fails at once says so', async (path) => {
  const api = await withReader(() => ({ get: () => Promise.reject(new Error('disk')) }));
  expect((await api.get(path)).status).toBe(503);
});

test('a trace that is too large to be read is told as that', async () => {
  const message = 'the trace holds 70 bytes; one that is read whole may hold 64';
  const api = await withReader(() => ({ get: () => Promise.reject(new TraceTooLarge(message)) }));
  for (const path of ['x', 'x/spans', 'x?format=otlp']) {
    const reply = await api.get(`/v1/traces/${path}`);
    expect([reply.status, reply.json().message]).toEqual([413, message]);
  }
  expect(api.faults).toEqual([]);
});

/** More than sockets take from a server whose client reads nothing. */
const BEYOND_SOCKETS = 20_000_000;

test('large answers that their clients do not take keep others from beginning, until they are gone', async () => {
  const reader = await storeOfSeven();
  const api = await startApi({
    reader: { ...reader, get: padded(reader, BEYOND_SOCKETS) },
    heldBytes: 1.5 * BEYOND_SOCKETS,
  });
  running.push(api);
  const path = `/v1/traces/${traceIdOf(1)}`;
  const request = get({ host: '127.0.0.1', port: api.port, path, headers: HEADERS, agent: false });
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream & { destroy(): void }];
  response.pause();
  for (const other of [path, '/v1/traces/export']) {
    const refused = await api.get(other);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
  }
  response.destroy();
  while (api.observed.every(({ code }) => code !== 'GONE')) await new Promise((resolve) => setImmediate(resolve));
  expect((await api.get(path)).status).toBe(200);
});

test('an export reads no faster than its client, and stops when the client leaves', async () => {
  let reads = 0;
  const api = await withReader((reader) => ({
    // There is always a next page.
    find: async ({ cursor: _, ...query }) => ({ ...(await reader.find(query)), nextCursor: 'more' }),
    get: async (project, key) => {
      reads++;
      return padded(reader)(project, key);
    },
  }));
  const request = get({ host: '127.0.0.1', port: api.port, path: '/v1/traces/export', headers: HEADERS, agent: false });
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream & { destroy(): void }];
  response.pause();
  // What the sockets hold, and then no more.
  let before = -1;
  while (reads > before) {
    before = reads;
    await api.get('/health');
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(reads).toBeLessThan(60);
  response.destroy();
  for (let turn = 0; api.observed.length === 0 && turn < 100_000; turn++)
    await new Promise((resolve) => setImmediate(resolve));
  expect(api.observed).toEqual([{ route: '/v1/traces/export', code: 'GONE' }]);
  expect(api.faults).toEqual([]);
});
