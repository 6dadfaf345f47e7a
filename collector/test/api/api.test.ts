import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

import { spanIdOf, traceIdOf } from '../../src/store/contract/index.js';
import { type RunningApi, startApi } from './running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const ADMIN = { 'x-api-key': 'admin-key' };
interface Page {
  traces: { name: string; project: string }[];
  pagination: Record<string, unknown> & { next_cursor: string | null };
}
const list = async (search: string, headers?: Record<string, string>): Promise<Page> =>
  (await api.get(`/v1/traces${search}`, headers)).json() as unknown as Page;
const names = ({ traces }: Page): string[] => traces.map(({ name }) => name);

describe('a list of traces', () => {
  test('has the shape of the document, the newest first, without spans', async () => {
    const page = await list('?limit=2&offset=1&environment_neq=dev');
    expect(names(page)).toEqual(['request 4', 'request 3']);
    expect(page.traces[0]).not.toHaveProperty('spans');
    expect(page).toMatchObject({
      pagination: { total: 6, total_relation: 'eq', limit: 2, offset: 1, has_more: true },
      filters_applied: { environment_neq: 'dev', project: 'shop' },
    });
  });

  test('of texts that are looked for tells where they are, also with spans; an export is of the traces alone', async () => {
    const search = '?q=request&limit=1';
    const [found] = (await list(search)).traces;
    const [whole] = (await list(`${search}&include=spans`)).traces;
    const matches = [
      {
        field: 'name',
        span_id: spanIdOf(5),
        snippet: 'request 5',
        snippet_start: 0,
        highlights: [{ start: 0, end: 7 }],
      },
    ];
    expect(found).toMatchObject({ name: 'request 5', matches });
    expect(whole).toMatchObject({ name: 'request 5', matches, spans: [{ name: 'request 5' }] });
    const [line = ''] = (await api.get('/v1/traces/export?format=jsonl&q=request')).bytes.toString('utf8').split('\n');
    expect(JSON.parse(line)).not.toHaveProperty('matches');
  });

  test("under /api has the clients' shape beside, and takes their names", async () => {
    const reply = (await api.get('/api/v1/traces?size=1&from=0.0&includeSpans=True&userId=ada')).json();
    expect(reply).toMatchObject({ success: true, pagination: { total: 1, limit: 1, offset: 0, has_more: false } });
    const { success: _, data, ...rest } = reply;
    expect(data).toEqual(rest);
    expect((rest as unknown as { traces: { spans: unknown[] }[] }).traces[0]?.spans).toHaveLength(1);
  });

  test('is walked by cursor to its end', async () => {
    const found: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list(`?limit=2&sort=duration_ms:asc&cursor=${cursor}`);
      found.push(...names(page));
      cursor = page.pagination.next_cursor;
    }
    expect(found.slice(1)).toEqual(['request 1', 'request 2', 'request 3', 'request 4', 'request 5']);
  });

  test.each([
    ['limit=0', 'limit', 'must be an integer from 1 to 1000, got "0"'],
    ['colour=red', 'colour', 'is not a parameter of this route, got "red"'],
    ['searchTerm=%22x', 'searchTerm', 'must close every quotation mark, got ""x"'],
  ])('%s is a 400 that names parameter, rule and value', async (search, field, issue) => {
    const reply = await api.get(`/v1/traces?${search}`);
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({
      success: false,
      error: { code: 'VALIDATION_ERROR', message: `${field} ${issue}`, details: { field, issue } },
      message: `${field} ${issue}`,
      timestamp: '2026-11-21T08:00:00.000Z',
    });
  });

  test('a long value is not echoed whole', async () => {
    const reply = await api.get(`/v1/traces?limit=${'9'.repeat(5000)}`);
    expect(reply.bytes.length).toBeLessThan(1000);
  });
});

describe('one trace', () => {
  test.each([
    ['as sent', 'B7C2E1D0-0000-4000-8000-00000000000A'],
    ['in lower case', 'b7c2e1d0-0000-4000-8000-00000000000a'],
    ['without dashes', 'b7c2e1d000004000800000000000000a'],
  ])('is found by its id %s', async (_name, id) => {
    const reply = await api.get(`/v1/traces/${id}`);
    expect(reply.json()).toMatchObject({ trace: { name: 'native', trace_id: 'B7C2E1D0-0000-4000-8000-00000000000A' } });
  });

  test('under /api has success, data and the trace itself', async () => {
    const { success, data, trace, analytics } = (await api.get(`/api/v1/traces/${traceIdOf(3)}`)).json();
    expect(success).toBe(true);
    expect(data).toEqual({ trace, analytics });
    expect(trace).toMatchObject({ name: 'request 3', spans: [{ name: 'request 3' }] });
  });

  test('is given as OTLP', async () => {
    const reply = await api.get(`/v1/traces/${traceIdOf(3)}?format=otlp`);
    expect(reply.json()).toMatchObject({
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: traceIdOf(3), name: 'request 3' }] }] }],
    });
    expect((await api.get(`/api/v1/traces/${traceIdOf(3)}?format=otlp`)).json()).toEqual(reply.json());
  });

  test.each(['/v1', '/api/v1'])('%s gives its spans', async (prefix) => {
    const reply = (await api.get(`${prefix}/traces/${traceIdOf(3)}/spans`)).json();
    expect(reply).toMatchObject({ trace_id: traceIdOf(3), spans: [{ name: 'request 3' }] });
  });

  test.each([
    [`${traceIdOf(3)}?format=xml`, 400, 'format must be otlp, got "xml"'],
    [`${traceIdOf(3)}?limit=3`, 400, 'limit is not a parameter of this route, got "3"'],
    [`${traceIdOf(3)}/spans?format=otlp`, 400, 'format is not a parameter of this route, got "otlp"'],
    ['unheard-of', 404, 'trace not found'],
    ['%E0%A4', 400, 'the path must be percent-encoded UTF-8'],
  ])('%s is a %i', async (path, status, message) => {
    const reply = await api.get(`/v1/traces/${path}`);
    expect([reply.status, reply.json().message]).toEqual([status, message]);
  });
});

describe('who may', () => {
  test.each(['/v1/traces', '/v1/traces/x', '/v1/traces/x/spans', '/v1/traces/export', '/v1/status', '/metrics'])(
    '%s needs a key that may read',
    async (path) => {
      const none = await api.get(path, {});
      expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect((await api.get(path, { 'x-api-key': 'sender-key' })).status).toBe(403);
    },
  );

  test("a key sees its own project's traces and no other's, through every door", async () => {
    const bank = traceIdOf(6);
    expect(names(await list('?limit=1000'))).not.toContain('request 6');
    expect(names(await list('?limit=1000', ADMIN))).toContain('request 6');
    expect((await api.get('/v1/traces/export')).bytes.toString()).not.toContain('request 6');
    for (const path of [bank, `${bank}/spans`, `${bank}?format=otlp`])
      expect((await api.get(`/v1/traces/${path}`)).status).toBe(404);
    expect((await api.get(`/v1/traces/${bank}`, ADMIN)).status).toBe(200);
    expect((await api.get('/v1/status', { 'x-api-key': 'shop-admin-key' })).json().project_id).toBe('shop');
  });

  test.each(['/v1/traces?', '/v1/traces/export?', `/v1/traces/${traceIdOf(6)}?`, '/v1/status?'])(
    '%s naming another project is told that it may not, whether there is one or not',
    async (path) => {
      const real = await api.get(`${path}project=bank`);
      const invented = await api.get(`${path}project=moon`);
      expect(real.status).toBe(403);
      expect(real.json()).toEqual(invented.json());
      expect((await api.get(`${path}project=shop`)).status).not.toBe(403);
    },
  );

  test('an admin may name a project', async () => {
    const page = await list('?project=bank', ADMIN);
    expect(names(page)).toEqual(['request 6']);
    expect((await api.get(`/v1/traces/${traceIdOf(6)}?project=shop`, ADMIN)).status).toBe(404);
  });
});

describe('an export', () => {
  const lines = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; spans: unknown[] });

  test('has every trace of the query as a line, whole', async () => {
    const reply = await api.get('/v1/traces/export?sort=start_time:asc&has_error=false');
    expect(reply.headers['content-type']).toBe('application/x-ndjson');
    const traces = lines(reply.bytes.toString());
    expect(traces.map(({ name }) => name)).toEqual(['native', 'request 1', 'request 2', 'request 3', 'request 4']);
    expect(traces[1]?.spans).toHaveLength(1);
  });

  test('is compressed as it goes', async () => {
    const reply = await api.get('/v1/traces/export', { ...ADMIN, 'accept-encoding': 'gzip' });
    expect(reply.headers['content-encoding']).toBe('gzip');
    expect(lines(gunzipSync(reply.bytes).toString())).toHaveLength(7);
  });

  test('of nothing is empty', async () => {
    const reply = await api.get('/v1/traces/export?status=cancelled');
    expect([reply.status, reply.bytes.length]).toEqual([200, 0]);
  });

  test.each(['limit=5', 'offset=1', 'includeSpans=true'])('has no pages: %s is refused', async (search) => {
    expect((await api.get(`/v1/traces/export?${search}`)).status).toBe(400);
  });
});

describe('compression', () => {
  test.each([
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip, br, zstd', 'zstd', zstdDecompressSync],
    ['zstd;q=0.1, gzip;q=0.9', 'gzip', gunzipSync],
    ['zstd;q=0, *', 'br', brotliDecompressSync],
  ] as const)('Accept-Encoding %s is answered in %s', async (accepted, encoding, unpack) => {
    const plain = await api.get('/v1/traces?limit=6');
    const packed = await api.get('/v1/traces?limit=6', { 'x-api-key': 'shop-key', 'accept-encoding': accepted });
    expect(packed.headers['content-encoding']).toBe(encoding);
    expect(packed.headers.vary?.toLowerCase()).toContain('accept-encoding');
    expect(unpack(packed.bytes).toString()).toBe(plain.bytes.toString());
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
  });

  test.each(['deflate', 'identity', 'gzip;q=0'])('%s is answered plain', async (accepted) => {
    const reply = await api.get('/v1/traces', { 'x-api-key': 'shop-key', 'accept-encoding': accepted });
    expect(reply.headers['content-encoding']).toBeUndefined();
  });

  test('small answers are left as they are', async () => {
    expect((await api.get('/health', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBeUndefined();
  });
});

describe('health and status', () => {
  test.each([
    ['/health', 'healthy'],
    ['/api/health', 'healthy'],
    ['/v1/health', 'ok'],
    ['/api/v1/health', 'ok'],
  ])('%s says %s to strangers, and no more', async (path, status) => {
    const reply = await api.get(path, {});
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({ status, timestamp: '2026-11-21T08:00:00.000Z', version: '1.2.3' });
  });

  test('an admin sees the parts', async () => {
    expect((await api.get('/health', ADMIN)).json()).toMatchObject({
      services: { journal: 'healthy', store: 'healthy' },
      parts: { journal: { code: null } },
    });
    expect((await api.get('/health', { 'x-api-key': 'shop-key' })).json()).not.toHaveProperty('services');
  });

  test('what is wrong with a part degrades the whole, and is told to admins alone', async () => {
    const ill = await startApi({
      health: () => ({ journal: { status: 'degraded', code: 'ENOSPC', details: { path: '/secret' } } }),
    });
    const stranger = await ill.get('/v1/health', {});
    expect(stranger.json().status).toBe('degraded');
    expect(stranger.bytes.toString()).not.toMatch(/ENOSPC|journal|secret/);
    expect((await ill.get('/v1/health', ADMIN)).bytes.toString()).toContain('ENOSPC');
    expect((await ill.get('/v1/status', ADMIN)).json().status).toBe('degraded');
    await ill.close();
  });

  test('where keys can not be read, health still answers', async () => {
    const ill = await startApi({ authorise: () => Promise.reject(new Error('fault')) });
    expect((await ill.get('/health', ADMIN)).json()).toMatchObject({ status: 'healthy' });
    expect((await ill.get('/v1/traces', ADMIN)).status).toBe(503);
    await ill.close();
  });

  test("the status counts the project's usage, and says that there are no limits", async () => {
    const { timestamp } = (await api.get('/v1/status')).json();
    expect(timestamp).toBe('2026-11-21T08:00:00.000Z');
    const usageOf = (day: string, traces: number) => ({ project: 'shop', day, traces, spans: traces * 2, bytes: 1e6 });
    const counting = await startApi({
      reader: {
        find: () => Promise.reject(new Error('unasked')),
        get: () => Promise.resolve(null),
        outline: () => Promise.resolve(null),
        spans: () => Promise.resolve(null),
        summaries: () => Promise.resolve([]),
        facets: () => Promise.reject(new Error('unasked')),
        groups: () => Promise.reject(new Error('unasked')),
        usage: () => Promise.resolve([usageOf('2026-11-20', 5), usageOf('2026-11-21', 3)]),
        close: () => Promise.resolve(),
      },
    });
    expect((await counting.get('/v1/status')).json()).toMatchObject({
      status: 'operational',
      project_id: 'shop',
      usage: { traces_today: 3, spans_today: 6, traces_total: 8, storage_used_mb: 2, rate_limit_remaining: null },
      versions: { collector: '1.2.3', price_book: null },
      store: 'memory',
      retention: { days: 30, bytes: null },
      quotas: { traces_per_day: null, storage_limit_gb: null, rate_limit_per_minute: null },
    });
    expect((await counting.get('/v1/status')).json()).not.toHaveProperty('lag');
    expect((await counting.get('/v1/status', ADMIN)).json()).toMatchObject({
      lag: { store: { bytes: 12, seconds: 0.5 }, text: null },
    });
    expect((await counting.get('/api/v1/status')).json()).toMatchObject({
      success: true,
      data: { project_id: 'shop' },
    });
    await counting.close();
  });

  test('metrics are in the format of Prometheus', async () => {
    const reply = await api.get('/metrics');
    expect([reply.headers['content-type'], reply.bytes.toString()]).toEqual([
      'text/plain; version=0.0.4',
      'noveum_requests_total 1\n',
    ]);
  });
});

describe('what is not there', () => {
  test.each([
    ['GET', '/nowhere', 404, undefined],
    ['GET', '/v1/traces/a/b/c', 404, undefined],
    ['POST', '/v1/nowhere', 404, undefined],
    ['PUT', '/v1/traces/a', 405, 'DELETE, GET, HEAD'],
    ['DELETE', '/v1/status', 405, 'GET, HEAD'],
    ['POST', '/health', 405, 'GET, HEAD'],
  ])('%s %s is a %i in JSON', async (method, path, status, allow) => {
    const reply = await api.get(path, {}, method);
    expect([reply.status, reply.headers.allow]).toEqual([status, allow]);
    expect(reply.json()).toMatchObject({ success: false, message: expect.any(String) as string });
  });

  test('HEAD is GET without its body', async () => {
    const get = await api.get('/v1/traces');
    const head = await api.get('/v1/traces', undefined, 'HEAD');
    expect([head.status, head.bytes.length, head.headers['content-length']]).toEqual([
      200,
      0,
      String(get.bytes.length),
    ]);
  });

  test('every answer forbids sniffing and storing, and names no framework', async () => {
    for (const path of ['/health', '/nowhere', '/v1/traces']) {
      const { headers } = await api.get(path);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });
});

test('every route is counted by its pattern and the code of its answer', async () => {
  const counted = await startApi();
  await counted.get(`/v1/traces/${traceIdOf(1)}`);
  await counted.get('/api/v1/traces/unknown');
  await counted.get('/v1/traces?limit=x');
  await counted.get('/metrics', {});
  expect(counted.observed).toEqual([
    { route: '/v1/traces/{id}', code: 'OK' },
    { route: '/v1/traces/{id}', code: 'NOT_FOUND' },
    { route: '/v1/traces', code: 'VALIDATION_ERROR' },
    { route: '/metrics', code: 'UNAUTHORIZED' },
  ]);
  await counted.close();
});
