import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { dataPathsOf } from '../../src/config/index.js';
import { keepDeadLetter } from '../../src/dead-letter.js';
import { createDiskFiles } from '../../src/files/index.js';
import { programs, runProgram } from '../clients/run-program.js';
import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { createClusterCollectors, type ClusterCollector, type Json } from './cluster-collector.js';

const EXPORTER = join(programs, 'javascript', 'send.js');
/** That the exporter's trace lies in. */
const RANGE = 'start_time=2026-01-02T00:00:00Z&end_time=2026-01-03T00:00:00Z';
const NOW = Date.parse('2026-11-21T08:00:00.000Z');
const iso = (millis: number): string => new Date(millis).toISOString();

const traceOf = (id: string, changes: object = {}) => ({
  trace_id: id,
  name: 'checkout',
  start_time: iso(NOW),
  end_time: iso(NOW + 1_000),
  metadata: { user_id: 'ada', session_id: `session-${id}` },
  spans: [
    {
      span_id: `${id}-root`,
      trace_id: id,
      parent_span_id: null,
      name: 'call the zebrafinch',
      start_time: iso(NOW),
      end_time: iso(NOW + 1_000),
      attributes: { 'llm.model': 'gpt-4o', 'llm.provider': 'openai', 'llm.input_tokens': 10, 'llm.output_tokens': 5 },
    },
  ],
  ...changes,
});

const idsOf = (json: Json): readonly string[] =>
  ((json['traces'] ?? []) as readonly { readonly trace_id: string }[]).map(({ trace_id: id }) => id).sort();

const otlpSpan = (traceId: string, spanId: string, parentSpanId?: string) => ({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              ...{ traceId, spanId, name: parentSpanId === undefined ? 'root' : 'child' },
              ...(parentSpanId === undefined ? {} : { parentSpanId }),
              startTimeUnixNano: `${String(NOW)}000000`,
              endTimeUnixNano: `${String(NOW + 5)}000000`,
            },
          ],
        },
      ],
    },
  ],
});

describeWithElasticsearch('a collector whose store is Elasticsearch', (cluster) => {
  const collectors = createClusterCollectors();
  const start = (prefix: string, args: readonly string[] = []): Promise<ClusterCollector> =>
    collectors.start({ url: cluster.url(), prefix, args });
  afterEach(() => collectors.stopAll());
  afterAll(() => {
    collectors.remove();
  });

  test('stores what exporters and the native API send, and answers every way of reading it', async () => {
    const collector = await start(cluster.freshPrefix());
    const { ask, process: running, until } = collector;
    expect(running.listening).toMatchObject({ event: 'listening', store: 'elasticsearch', auth: 'off' });

    await runProgram(process.execPath, [EXPORTER, 'proto', `${running.http}/v1/traces`, 'gzip']);
    const body = { traces: [traceOf('native-1'), traceOf('native-2', { name: 'refund' })] };
    expect((await ask('/v1/traces', { method: 'POST', body })).status).toBe(200);

    const all = await until('/v1/traces', (json) => (json['pagination'] as Json | undefined)?.['total'] === 3);
    expect(idsOf(all)).toEqual(expect.arrayContaining(['native-1', 'native-2']));
    expect(idsOf((await ask('/v1/traces?service=orders-javascript')).json)).toHaveLength(1);
    expect(idsOf((await ask('/v1/traces?q=zebrafinch')).json)).toEqual(['native-1', 'native-2']);
    expect(idsOf((await ask('/v1/traces?name=refund&model=gpt-4o')).json)).toEqual(['native-2']);

    const { json: whole } = await ask('/v1/traces/native-1');
    expect(whole).toMatchObject({
      trace: { trace_id: 'native-1', span_count: 1, spans: [{ span_id: 'native-1-root' }] },
    });
    const { json: otlp } = await ask(
      `/v1/traces/${idsOf(all).find((id) => !id.startsWith('native')) ?? ''}?format=otlp`,
    );
    expect(otlp).toHaveProperty('resourceSpans');
    const { json: spans } = await ask('/v1/traces/native-1/spans?view=outline');
    expect(spans).toMatchObject({ spans: [{ span_id: 'native-1-root' }] });

    const day = `start_time=${iso(NOW - 3_600_000)}&end_time=${iso(NOW + 3_600_000)}`;
    const { json: sums } = await ask(`/v1/analytics/summary?${day}`);
    expect(sums).toMatchObject({ summary: { total_traces: 2, total_tokens: 30 } });
    const { json: exported } = await ask(`/v1/analytics/summary?${RANGE}`);
    expect(exported).toMatchObject({ summary: { total_traces: 1 } });
    const { json: facets } = await ask('/v1/facets?field=model');
    expect(facets).toMatchObject({ facets: { model: { values: [{ value: 'gpt-4o', count: 3 }] } } });
    const { json: sessions } = await ask('/v1/sessions?user_id=ada');
    expect(sessions).toMatchObject({ pagination: { total: 2 } });
    const { json: lines } = await ask(`/v1/traces/export?${day}`);
    expect(String(lines['text']).trim().split('\n')).toHaveLength(2);

    const { json: status } = await ask('/v1/status');
    expect(status).toMatchObject({
      store: 'elasticsearch',
      status: 'operational',
      usage: { traces_total: 3 },
      retention: { days: 365, bytes: null },
      lag: { text: null },
      parts: { store: { status: 'healthy', code: null } },
    });
    const countIn = (metrics: Json, name: string) =>
      Number(new RegExp(`^noveum_elasticsearch_${name} (.*)$`, 'm').exec(String(metrics['text']))?.[1]);
    // The thread that writes tells them now and then.
    const metrics = await until('/metrics', (json) => countIn(json, 'bulk_requests_total') > 0);
    expect(countIn(metrics, 'bulk_bytes_total')).toBeGreaterThan(1_000);
    for (const name of ['retried_items_total', 'rejected_items_total', 'circuit_open'])
      expect(countIn(metrics, name)).toBe(0);
  });

  test('an erased trace is gone at once, and a replay does not bring it back', async () => {
    const { ask, until } = await start(cluster.freshPrefix());
    const body = { traces: [traceOf('kept'), traceOf('gone')] };
    await ask('/v1/traces', { method: 'POST', body });
    await until('/v1/traces', (json) => idsOf(json).length === 2);
    const { json: erasure, status } = await ask('/v1/traces/gone', { method: 'DELETE' });
    expect([status, erasure]).toMatchObject([200, { erased_traces: 1 }]);
    expect((await ask('/v1/traces/gone')).status).toBe(404);
    expect(idsOf((await ask('/v1/traces')).json)).toEqual(['kept']);
    await ask('/v1/traces', { method: 'POST', body });
    await until('/metrics', ({ text }) => /^noveum_erased_fragments_total 1$/m.test(String(text)));
    expect((await ask('/v1/traces/gone')).status).toBe(404);
    const { json: told } = await ask('/metrics');
    expect(String(told['text'])).toMatch(/^noveum_tombstones 1$/m);
  });

  test('an erasure reaches dead letters and journal, of other collectors too, and then is told as purged', async () => {
    const prefix = cluster.freshPrefix();
    const [one, other] = [
      await start(prefix, ['--erasure-purge-seconds', '1']),
      await start(prefix, ['--erasure-purge-seconds', '1']),
    ];
    const body = { traces: [traceOf('gone')] };
    const files = createDiskFiles();
    for (const { process: running } of [one, other])
      await keepDeadLetter(files, dataPathsOf(running.dataDir).deadLetters, {
        ...{ format: 'native', receivedAtMillis: NOW, project: null, keyEnvironment: null, redactionVersion: 0 },
        refused: [],
        body: Buffer.from(JSON.stringify({ traces: [traceOf('gone', { name: 'wombat' }), traceOf('kept')] })),
      });
    await one.ask('/v1/traces', { method: 'POST', body });
    await other.until('/v1/traces', (json) => idsOf(json).length === 1);
    const { json: erasure } = await one.ask('/v1/traces/gone', { method: 'DELETE' });
    await other.until(`/v1/erasures/${String(erasure['erasure_id'])}`, (json) => typeof json['purged_at'] === 'string');
    for (const { command, process: running } of [one, other]) {
      const directory = dataPathsOf(running.dataDir).deadLetters;
      const lettersOf = async () =>
        Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8').catch(() => '')));
      while ((await lettersOf()).some((text) => text.includes('wombat'))) await delay(100);
      expect((await lettersOf()).map((text) => text.includes('"kept"'))).toEqual([true]);
      expect(await command(['dead-letters', 'retry'])).toMatchObject({ code: 0, said: 'put back 1 requests\n' });
    }
    await one.until('/v1/traces', (json) => idsOf(json).includes('kept'));
    expect((await one.command(['dead-letters', 'list'])).out.trim().split('\n')).toHaveLength(1);
  });

  test('two collectors on one cluster share traces and keys', async () => {
    const prefix = cluster.freshPrefix();
    const [one, other] = [await start(prefix), await start(prefix)];
    const traceId = randomBytes(16).toString('hex');
    const [root, child] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
    await Promise.all([
      one.ask('/v1/traces', { method: 'POST', body: otlpSpan(traceId, root) }),
      other.ask('/v1/traces', { method: 'POST', body: otlpSpan(traceId, child, root) }),
    ]);
    for (const { until } of [one, other])
      await until(`/v1/traces/${traceId}`, (json) => (json['trace'] as Json | undefined)?.['span_count'] === 2);
    await one.until('/v1/traces', (json) => (json['pagination'] as Json | undefined)?.['total'] === 1);

    const { out } = await one.command(['keys', 'create', '--project', 'p', '--env', 'dev', '--role', 'admin']);
    const made = out.trim();
    expect((await one.ask('/v1/traces')).status).toBe(401);
    expect((await other.ask('/v1/traces', { key: made })).status).toBe(200);
    await other.until('/v1/traces', (json) => json['success'] === false);
    expect(await other.command(['keys', 'revoke', made])).toMatchObject({ code: 0 });
    await one.until('/v1/traces', (json) => json['success'] === false, made);
  });

  test('what it can not do is refused by name', async () => {
    const { command } = await start(cluster.freshPrefix());
    for (const name of ['backup', 'restore'])
      expect(await command([name, join('/', 'nowhere')])).toMatchObject({
        code: 2,
        said: expect.stringContaining('snapshots of Elasticsearch') as string,
      });
  });

  test('lists follow new prices once rederive has run, beside the ingest or with no collector running', async () => {
    const prefix = cluster.freshPrefix();
    const withPrice = (usd: number, dataDir?: string): Promise<ClusterCollector> =>
      collectors.start({
        url: cluster.url(),
        prefix,
        more: { prices: [{ model: 'gpt-4o', input: usd, output: usd }] },
        ...(dataDir === undefined ? {} : { dataDir }),
      });
    const rederive = async ({ command }: ClusterCollector, ...flags: readonly string[]): Promise<unknown> => {
      const { code, out, said } = await command(['rederive', '--since', '2026-11-01', ...flags]);
      if (code !== 0) throw new Error(said);
      return JSON.parse(out);
    };
    const costOf = (json: Json): unknown =>
      (json['traces'] as readonly { readonly attributes: Json }[])[0]?.attributes['total_cost'];
    const otherDays = (days: number) => (json: Json) =>
      JSON.stringify(json).includes(`"days_derived_otherwise":${String(days)}`);

    const first = await withPrice(1);
    const isSent = await first.ask('/v1/traces', { method: 'POST', body: { traces: [traceOf('priced')] } });
    expect(isSent.status).toBe(200);
    await first.until('/v1/traces', (json) => idsOf(json).length === 1);
    await first.until('/v1/health', otherDays(0));
    await first.process.stop();

    const second = await withPrice(10, first.process.dataDir);
    await second.until('/v1/health', otherDays(1));
    expect(second.process.log()).toContain('noveum-collector rederive derives them anew');
    expect(costOf((await second.ask('/v1/traces')).json)).toBeCloseTo(0.000015, 12);
    const dry = await rederive(second, '--dry-run');
    expect(dry).toMatchObject({ traces: 1, changed: 1, fields: { total_cost: 1 }, failed: 0, dryRun: true });
    expect(await rederive(second)).toEqual({ ...(dry as object), dryRun: false });
    expect(costOf((await second.ask('/v1/traces')).json)).toBeCloseTo(0.00015, 12);
    await second.until('/v1/health', otherDays(0));
    await second.process.stop();

    const third = await withPrice(100, first.process.dataDir);
    await third.process.kill();
    expect(await rederive(third)).toMatchObject({ traces: 1, changed: 1 });
    expect(await rederive(third)).toMatchObject({ traces: 1, changed: 0 });
  });

  test('keys are made and listed where no collector runs, too', async () => {
    const { command, process: running } = await start(cluster.freshPrefix());
    await running.kill();
    expect(await command(['keys', 'create', '--project', 'p', '--env', 'dev', '--role', 'read'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^nv_dev_/) as string,
    });
    expect((await command(['keys', 'list'])).out).toMatch(/^nv_dev_.* read +active/m);
  });
});
