import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { type FaultRule, startFaultProxy } from '../support/fault-proxy/index.js';
import { createClusterCollectors, type Json } from './cluster-collector.js';

const ADMIN_KEY = 'nv_prod_0123456789abcdefghijABCDEFGHIJ01';
const WITH_KEY = { NOVEUM_COLLECTOR_ADMIN_KEY: ADMIN_KEY };

const batch = (id: string) => ({
  traces: [{ trace_id: id, name: 'n', start_time: '2026-11-21T08:00:00Z', spans: [] }],
});
const storeOf = (json: Json) => (json['parts'] as { readonly store: Json } | undefined)?.store;

describeWithElasticsearch('a collector that starts', (cluster) => {
  const collectors = createClusterCollectors();
  afterEach(() => collectors.stopAll());
  afterAll(() => {
    collectors.remove();
  });

  test('while the cluster is away listens, takes what is sent, says so, and stores it once the cluster comes', async () => {
    const proxy = await startFaultProxy({ target: cluster.url() });
    await proxy.down();
    const {
      ask,
      process: running,
      until,
    } = await collectors.start({
      url: proxy.url,
      prefix: cluster.freshPrefix(),
      env: WITH_KEY,
    });
    expect(running.listening).toMatchObject({ store: 'elasticsearch', auth: 'keys' });
    const sent = await ask('/v1/traces', { method: 'POST', key: ADMIN_KEY, body: batch('early') });
    expect(sent.status).toBe(200);
    const health = await until('/health', (json) => storeOf(json)?.['code'] === 'ELASTICSEARCH_UNREACHABLE', ADMIN_KEY);
    expect(health).toMatchObject({
      status: 'degraded',
      parts: { store: { details: { message: expect.stringContaining('could not be reached') as string } } },
    });
    for (const path of ['/v1/traces', '/v1/traces/early', '/v1/traces/export', '/v1/facets', '/v1/analytics/summary'])
      expect(await ask(path, { key: ADMIN_KEY })).toMatchObject({
        status: 503,
        json: {
          error: { code: 'STORE_UNAVAILABLE' },
          message: "the store can't answer now (ELASTICSEARCH_UNREACHABLE); try again",
        },
      });
    const { json: metrics } = await ask('/metrics', { key: ADMIN_KEY });
    expect(String(metrics['text'])).toMatch(
      /^noveum_failed_reads_total\{route="\/v1\/traces",kind="unreachable"\} 1$/m,
    );
    expect(String(metrics['text'])).toMatch(/^noveum_elasticsearch_key_lookups_total\{outcome="failed"\} 0$/m);
    expect((await ask('/v1/traces/early', { method: 'DELETE', key: ADMIN_KEY })).status).toBe(503);
    // Whether that one is good nobody can tell.
    const stranger = await fetch(`${running.http}/v1/traces`, { headers: { authorization: 'Bearer nv_dev_other' } });
    expect([stranger.status, stranger.headers.get('retry-after')]).toEqual([503, '5']);

    await proxy.up();
    await until('/v1/traces', (json) => (json['pagination'] as Json | undefined)?.['total'] === 1, ADMIN_KEY);
    await until('/health', (json) => json['status'] === 'healthy', ADMIN_KEY);
    await until('/metrics', ({ text }) => /^noveum_incomplete_traces 1$/m.test(String(text)), ADMIN_KEY);
    expect((await ask('/v1/traces', { key: 'nv_dev_other' })).status).toBe(401);

    await proxy.down();
    const later = await ask('/v1/traces', { method: 'POST', key: ADMIN_KEY, body: batch('later') });
    expect(later.status).toBe(200);
    await until('/health', (json) => json['status'] === 'degraded', ADMIN_KEY);
    await proxy.up();
    await until('/v1/traces', (json) => (json['pagination'] as Json | undefined)?.['total'] === 2, ADMIN_KEY);
    await until('/health', (json) => json['status'] === 'healthy', ADMIN_KEY);
    await proxy.close();
  });

  test('knows the keys of its last run while the cluster is away, so that senders go on', async () => {
    const proxy = await startFaultProxy({ target: cluster.url() });
    const prefix = cluster.freshPrefix();
    const first = await collectors.start({ url: proxy.url, prefix });
    const { out } = await first.command(['keys', 'create', '--project', 'p', '--env', 'dev', '--role', 'ingest']);
    const key = out.trim();
    await first.process.kill();
    await proxy.down();
    const { dataDir } = first.process;
    const again = await collectors.start({ url: proxy.url, prefix, dataDir });
    expect((await again.ask('/v1/traces', { method: 'POST', key, body: batch('a') })).status).toBe(200);
    expect((await again.ask('/v1/traces', { method: 'POST', body: batch('b') })).status).toBe(401);
    await proxy.close();
  });

  test.each<[string, FaultRule, string, RegExp]>([
    [
      'a right is missing',
      ({ path }) => (path.startsWith('/_ilm/policy') ? { kind: 'status', status: 403 } : null),
      'ELASTICSEARCH_RIGHT',
      /answered 403 .*the right .*manage_ilm.* on the cluster is missing/,
    ],
    [
      'it is of a version that is not known',
      ({ path }) =>
        path === '/'
          ? { kind: 'rewrite', change: (answer) => ({ ...(answer as Json), version: { number: '7.17.0' } }) }
          : null,
      'ELASTICSEARCH_VERSION',
      /is of version 7\.17\.0; needed is 8\.3 or newer/,
    ],
  ])('where %s says what, and goes on once it is cured', async (_, rule, code, message) => {
    const proxy = await startFaultProxy({ target: cluster.url() });
    proxy.use(rule);
    const prefix = cluster.freshPrefix();
    const { ask, process: running, until } = await collectors.start({ url: proxy.url, prefix, env: WITH_KEY });
    const health = await until('/health', (json) => storeOf(json)?.['code'] === code, ADMIN_KEY);
    expect(storeOf(health)).toMatchObject({ details: { message: expect.stringMatching(message) as string } });
    expect(running.log()).toMatch(message);
    expect((await ask('/v1/traces', { method: 'POST', key: ADMIN_KEY, body: batch('early') })).status).toBe(200);
    proxy.use(null);
    await until('/v1/traces', (json) => (json['pagination'] as Json | undefined)?.['total'] === 1, ADMIN_KEY);
    await until('/health', (json) => json['status'] === 'healthy', ADMIN_KEY);
    await proxy.close();
  });
});
