import type { ErasureRequest } from '../../src/store/index.js';
import { spansArrive, traceIdOf } from '../../src/store/contract/index.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import { NOW, rootOf, type RunningApi, startApi } from './running-api.js';

const ADMIN = { 'x-api-key': 'admin-key' };
const SHOP_ADMIN = { 'x-api-key': 'shop-admin-key' };

let api: RunningApi;
let requests: ErasureRequest['target'][];

const startWithTraces = async (): Promise<void> => {
  const { reader, writer } = createMemoryTraceStore();
  await writer.write(spansArrive([1, 2, 3].map((number) => rootOf(number, { attributes: { 'user.id': 'ada' } }))));
  await writer.write(spansArrive([rootOf(4, { attributes: { 'session.id': 's' } })]));
  await writer.write(spansArrive([rootOf(1), rootOf(6)], { project: 'bank' }));
  requests = [];
  let count = 0;
  api = await startApi({
    reader,
    erasures: {
      erase: (target) => {
        requests.push(target);
        return writer.erase({ id: `e-${String(++count)}`, requestedAtMillis: NOW.getTime(), target });
      },
      find: (id) => writer.erasure(id),
    },
  });
};

beforeEach(startWithTraces);
afterEach(() => api.close());

const erase = async (path: string, headers: Readonly<Record<string, string>> = SHOP_ADMIN) => {
  const reply = await api.get(path, headers, 'DELETE');
  return { status: reply.status, ...reply.json() };
};

const left = async (): Promise<number> => {
  const { pagination } = (await api.get('/v1/traces', ADMIN)).json() as { pagination: { total: number } };
  return pagination.total;
};

const WHEN = { requested_at: NOW.toISOString(), purged_at: NOW.toISOString() };

test('a trace is erased by its id, in any form, and told of by the id of the erasure', async () => {
  const id = traceIdOf(1);
  const uuid = id.toUpperCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const told = { erasure_id: 'e-1', erased_traces: 1, ...WHEN };
  expect(await erase(`/v1/traces/${uuid}`)).toEqual({ status: 200, ...told });
  expect((await api.get(`/v1/traces/${id}`)).status).toBe(404);
  expect(await left()).toBe(5);
  expect((await api.get('/v1/erasures/e-1', SHOP_ADMIN)).json()).toEqual(told);
  expect((await api.get('/api/v1/erasures/e-1', SHOP_ADMIN)).json()).toEqual({ success: true, ...told, data: told });
  expect(await erase(`/v1/traces/${id}`)).toEqual({ status: 200, ...told });
  expect(await erase('/v1/traces/nothing')).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
});

test.each([
  ['user_id=ada', 3],
  ['userId=ada', 3],
  ['session_id=s', 1],
  ['project=shop', 4],
  ['start_time=2026-11-20T12:00:02Z&end_time=2026-11-20T12:00:04Z', 2],
  ['user_id=ada&start_time=2026-11-20T12:00:03Z', 1],
  ['user_id=nobody', 0],
])('%s erases %i traces, and a dry run tells it before', async (search, count) => {
  const dry = await erase(`/v1/traces?${search}&dry_run=true`);
  expect(dry).toEqual({ status: 200, dry_run: true, matching_traces: count });
  expect([await left(), requests]).toEqual([6, []]);
  expect(await erase(`/api/v1/traces?${search}&dry_run=false`)).toMatchObject({ status: 200, erased_traces: count });
  expect(await left()).toBe(6 - count);
});

test.each([
  ['', 'project'],
  ['?dry_run=true', 'project'],
  ['?user_id=', 'user_id'],
  ['?project=shop&user_id=%20', 'user_id'],
  ['?project=shop&user_id=a&user_id=b', 'user_id'],
  ['?project=shop&status=error', 'status'],
  ['?project=shop&limit=5', 'limit'],
  ['?user_id=ada&dry_run=perhaps', 'dry_run'],
  ['?user_id=ada&dry_run=', 'dry_run'],
  ['?user_id=ada&dry_run=true&dry_run=false', 'dry_run'],
  ['?start_time=yesterday', 'start_time'],
  ['?start_time=2026-11-21T00:00:00Z&end_time=2026-11-20T00:00:00Z', 'end_time'],
  [`/${traceIdOf(1)}?user_id=ada`, 'user_id'],
  [`/${traceIdOf(1)}?dry_run=true`, 'dry_run'],
])('DELETE /v1/traces%s erases nothing and is a 400 that names %s', async (path, field) => {
  expect(await erase(`/v1/traces${path}`)).toMatchObject({
    status: 400,
    error: { code: 'VALIDATION_ERROR', details: { field } },
  });
  expect([await left(), requests]).toEqual([6, []]);
});

test('only admins erase, and a key only in its own project', async () => {
  const path = `/v1/traces/${traceIdOf(1)}`;
  for (const key of ['shop-key', 'sender-key'])
    for (const asked of [path, '/v1/traces?user_id=ada', '/v1/traces?user_id=ada&dry_run=true'])
      expect(await erase(asked, { 'x-api-key': key })).toMatchObject({ status: 403 });
  expect(await erase(path, {})).toMatchObject({ status: 401 });
  expect(await erase(`${path}?project=bank`)).toMatchObject({ status: 403 });
  expect(await erase('/v1/traces?project=bank')).toMatchObject({ status: 403 });
  expect(await erase(`/v1/traces/${traceIdOf(6)}`)).toMatchObject({ status: 404 });
  expect(await left()).toBe(6);

  expect(await erase('/v1/traces?project=bank', ADMIN)).toMatchObject({ status: 200, erased_traces: 2 });
  expect((await api.get('/v1/erasures/e-2', ADMIN)).json()).toMatchObject({ erased_traces: 2 });
  expect((await api.get('/v1/erasures/e-2', SHOP_ADMIN)).status).toBe(404);
  expect((await api.get('/v1/erasures/e-2')).status).toBe(403);
  expect((await api.get('/v1/erasures/e-9', ADMIN)).status).toBe(404);
});

test('who sees all projects erases an id in each of them, or in the one that is named', async () => {
  expect(await erase(`/v1/traces/${traceIdOf(1)}?project=bank`, ADMIN)).toMatchObject({ erased_traces: 1 });
  expect(await left()).toBe(5);
  expect(await erase(`/v1/traces/${traceIdOf(1)}`, ADMIN)).toMatchObject({ erased_traces: 1 });
  expect(await left()).toBe(4);
});
