import { spansArrive } from '../../src/store/contract/index.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import { rootOf, type RunningApi, startApi } from './running-api.js';

let api: RunningApi;
const ADMIN = { 'x-api-key': 'admin-key' };

beforeAll(async () => {
  const { writer, reader } = createMemoryTraceStore();
  const of = (user: string, session: string) => ({ attributes: { 'user.id': user, 'session.id': session } });
  await writer.write(spansArrive([rootOf(1, of('ada', 's1'))]));
  await writer.write(spansArrive([rootOf(2, { ...of('bo', 's1'), statusCode: 2 })]));
  await writer.write(spansArrive([rootOf(3, of('ada', 's/2'))]));
  await writer.write(spansArrive([rootOf(4, of('mallory', 's1'))], { project: 'bank' }));
  api = await startApi({ reader });
});
afterAll(() => api.close());

const read = async (path: string, headers?: Record<string, string>): Promise<Record<string, unknown>> =>
  (await api.get(path, headers)).json();

test('sessions have their sums, the one seen last first', async () => {
  expect(await read('/v1/sessions?limit=1')).toEqual({
    sessions: [
      {
        session_id: 's/2',
        project: 'shop',
        trace_count: 1,
        span_count: 1,
        error_count: 0,
        total_tokens: null,
        total_cost: null,
        users: ['ada'],
        user_count: 1,
        user_count_relation: 'eq',
        first_seen: '2026-11-20T12:00:03.000000000Z',
        last_seen: '2026-11-20T12:00:03.000000000Z',
        duration_ms: 3,
      },
    ],
    pagination: {
      total: 2,
      total_relation: 'eq',
      limit: 1,
      offset: 0,
      has_more: true,
      next_cursor: expect.any(String) as string,
    },
    filters_applied: { project: 'shop' },
  });
});

test('sessions are walked by cursor, sorted, filtered, and under /api in the shape of clients', async () => {
  const first = await read('/api/v1/sessions?size=1&sort=trace_count:desc');
  const { next_cursor: cursor } = first.pagination as { next_cursor: string };
  expect(first).toMatchObject({ success: true, data: { sessions: [{ session_id: 's1', trace_count: 2 }] } });
  const next = await read(`/v1/sessions?limit=1&sort=trace_count:desc&cursor=${cursor}`);
  expect(next).toMatchObject({ sessions: [{ session_id: 's/2' }], pagination: { has_more: false, next_cursor: null } });
  expect(await read('/v1/sessions?status=error')).toMatchObject({
    sessions: [{ session_id: 's1', trace_count: 1, users: ['bo'] }],
  });
});

test('a session has its traces from the first to the last', async () => {
  expect(await read('/v1/sessions/s1')).toMatchObject({
    session: { session_id: 's1', project: 'shop', trace_count: 2, error_count: 1, duration_ms: 1002 },
    traces: [{ name: 'request 1' }, { name: 'request 2' }],
    pagination: { total: 2 },
  });
  const failed = await read('/v1/sessions/s1?has_error=true&include=spans');
  expect(failed).toMatchObject({ session: { trace_count: 2 }, traces: [{ name: 'request 2', spans: [{}] }] });
  expect(await read('/v1/sessions/s%2F2')).toMatchObject({ session: { session_id: 's/2' } });
});

test('of a session whose name several projects have, the one seen last is given', async () => {
  expect(await read('/v1/sessions/s1', ADMIN)).toMatchObject({ session: { project: 'bank' }, traces: [{}] });
  expect(await read('/v1/sessions/s1?project=shop', ADMIN)).toMatchObject({ session: { project: 'shop' } });
  expect((await read('/v1/sessions', ADMIN)).sessions).toHaveLength(3);
});

test('users have their sums', async () => {
  expect(await read('/v1/users?sort=-trace_count')).toMatchObject({
    users: [
      { user_id: 'ada', trace_count: 2, session_count: 2, sessions: ['s/2', 's1'], duration_ms: 2003 },
      { user_id: 'bo', trace_count: 1, session_count: 1, error_count: 1 },
    ],
  });
});

test('facets tell the values of all fields, or of those that are asked for', async () => {
  const all = await read('/v1/facets');
  expect(Object.keys(all.facets as object)).toEqual(all.fields);
  expect(all.facets).toMatchObject({
    user_id: {
      values: [
        { value: 'ada', count: 2 },
        { value: 'bo', count: 1 },
      ],
      total_values: 2,
      relation: 'eq',
    },
    status: {
      values: [
        { value: 'ok', count: 2 },
        { value: 'error', count: 1 },
      ],
    },
  });
  expect(await read('/v1/facets?field=name,service&field=session_id&prefix=S&limit=1&userId=ada')).toEqual({
    facets: {
      name: { values: [], total_values: 0, relation: 'eq' },
      service: { values: [], total_values: 0, relation: 'eq' },
      session_id: { values: [{ value: 's/2', count: 1 }], total_values: 2, relation: 'eq' },
    },
    fields: all.fields,
    filters_applied: { project: 'shop', user_id: 'ada' },
  });
});

test.each([
  ['/v1/sessions?sort=name', 'sort'],
  ['/v1/sessions?limit=1001', 'limit'],
  ['/v1/sessions?offset=9999', 'offset'],
  ['/v1/sessions?count=exact', 'count'],
  ['/v1/sessions?cursor=x', 'cursor'],
  ['/v1/users?q=hello', 'q'],
  ['/v1/sessions/s1?session_id=s2', 'session_id'],
  ['/v1/facets?field=colour', 'field'],
  ['/v1/facets?limit=0', 'limit'],
  [`/v1/facets?prefix=${'x'.repeat(257)}`, 'prefix'],
  ['/v1/facets?sort=name', 'sort'],
])('%s is a 400 that names %s', async (path, field) => {
  const reply = await api.get(path);
  expect(reply.status).toBe(400);
  expect(reply.json()).toMatchObject({ error: { code: 'VALIDATION_ERROR', details: { field } } });
});

test('a key sees the sessions, users and values of its own project', async () => {
  for (const path of ['/v1/sessions', '/v1/users', '/v1/facets', '/v1/sessions/s1']) {
    expect((await api.get(`${path}?project=bank`)).status).toBe(403);
    expect((await api.get(path)).bytes.toString()).not.toContain('mallory');
    expect((await api.get(path, { 'x-api-key': 'sender-key' })).status).toBe(403);
    expect((await api.get(path, undefined, 'POST')).status).toBe(405);
  }
  expect((await api.get('/v1/sessions/nobody')).status).toBe(404);
});
