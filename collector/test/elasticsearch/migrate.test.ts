import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { type ClusterCollector, createClusterCollectors, type Json } from './cluster-collector.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const TODAY = Date.now();
const DAY_MILLIS = 86_400_000;
const PATIENCE_MILLIS = 60_000;
const COMMAND = ['migrate', '--to', 'elasticsearch', '--store', 'embedded'];
const iso = (millis: number): string => new Date(millis).toISOString();

const spanOf = (traceId: string, spanId: string, startMillis: number) => ({
  span_id: spanId,
  trace_id: traceId,
  parent_span_id: null,
  name: `call ${spanId}`,
  start_time: iso(startMillis),
  end_time: iso(startMillis + 1_000),
  attributes: { 'llm.model': 'gpt-4o', 'llm.provider': 'openai', 'llm.input_tokens': 10, 'llm.output_tokens': 5 },
});

const traceOf = (number: number, startMillis = TODAY - (number % 3) * DAY_MILLIS) => {
  const id = `trace-${String(number).padStart(6, '0')}`;
  return {
    trace_id: id,
    name: `work ${String(number % 5)}`,
    start_time: iso(startMillis),
    end_time: iso(startMillis + 1_000),
    metadata: { user_id: `user-${String(number % 7)}` },
    spans: [spanOf(id, `${id}-root`, startMillis)],
  };
};

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, at) => from + at);

const otlp = (traceId: string, spanId: string, startMillis: number, parentSpanId?: string) => ({
  traceId,
  spanId,
  name: `step ${spanId}`,
  ...(parentSpanId === undefined ? {} : { parentSpanId }),
  startTimeUnixNano: `${String(startMillis)}000000`,
  endTimeUnixNano: `${String(startMillis + 5)}000000`,
  attributes: [{ key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } }],
});
const spanCount = (json: Json): unknown => (json['trace'] as Json | undefined)?.['span_count'];
const OTLP_TRACE = 'a1'.repeat(16);

const sendOtlp = (collector: ClusterCollector, spans: readonly object[]) =>
  collector.ask('/v1/traces', { method: 'POST', body: { resourceSpans: [{ scopeSpans: [{ spans }] }] } });

interface Report {
  readonly copied: number;
  readonly healed: number;
  readonly erased: number;
  readonly days: readonly {
    readonly day: string;
    readonly differing: number;
    readonly embedded: { readonly traces: number; readonly spans: number };
    readonly elasticsearch: { readonly traces: number; readonly spans: number };
  }[];
}

const tracesIn = ({ days }: Report, side: 'embedded' | 'elasticsearch'): number =>
  days.reduce((sum, day) => sum + day[side].traces, 0);

// A dozen processes are started one after the other.
jest.setTimeout(300_000);

describeWithElasticsearch('migrate', (cluster) => {
  const collectors = createClusterCollectors();
  const directories: string[] = [];
  const children: ChildProcess[] = [];

  const freshDirectory = (): string => {
    const directory = mkdtempSync(join(tmpdir(), 'noveum-migrate-'));
    directories.push(directory);
    return directory;
  };

  const start = (prefix: string, dataDir: string, store: 'embedded' | 'elasticsearch'): Promise<ClusterCollector> =>
    collectors.start({
      ...{ url: cluster.url(), prefix, dataDir, args: ['--store', store] },
      settings: { url: cluster.url() },
    });

  const send = async (collector: ClusterCollector, numbers: readonly number[]): Promise<void> => {
    for (let at = 0; at < numbers.length; at += 50) {
      const traces = numbers.slice(at, at + 50).map((number) => traceOf(number));
      expect((await collector.ask('/v1/traces', { method: 'POST', body: { traces } })).status).toBe(200);
    }
  };

  const held = (collector: ClusterCollector, total: number): Promise<Json> =>
    collector.until('/v1/traces', (json) => (json['pagination'] as Json | undefined)?.['total'] === total);

  const run = async (collector: ClusterCollector, argv: readonly string[] = []) => {
    const { code, out, said } = await collector.command([...COMMAND, ...argv]);
    return { code, said, report: out === '' ? null : (JSON.parse(out) as Report) };
  };

  const whole = async (collector: ClusterCollector, id: string, key?: string): Promise<unknown> =>
    (await collector.ask(`/v1/traces/${id}`, { key })).json['trace'];

  /** The command as a process that a signal can end. */
  const begin = (prefix: string, dataDir: string) => {
    const child = spawn(process.execPath, [MAIN, ...COMMAND, '--config', configOf(prefix), '--data-dir', dataDir], {
      env: { ...process.env, ELASTICSEARCH_URL: cluster.url() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdout.resume();
    return { child, exited: once(child, 'exit') as Promise<[number | null, string | null]>, said: () => said };
  };
  const configOf = (prefix: string): string => collectors.configOf(prefix);

  const until = async (isSo: () => boolean): Promise<void> => {
    const end = Date.now() + PATIENCE_MILLIS;
    while (!isSo()) {
      if (Date.now() > end) throw new Error('nothing was copied in time');
      await delay(2);
    }
  };

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await collectors.stopAll();
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  });
  afterAll(() => {
    collectors.remove();
  });

  test('all is copied beside the running collector, and one that starts with Elasticsearch answers the same', async () => {
    const [prefix, dataDir] = [cluster.freshPrefix(), freshDirectory()];
    const embedded = await start(prefix, dataDir, 'embedded');
    await send(embedded, range(0, 250));
    await sendOtlp(embedded, [
      otlp(OTLP_TRACE, 'b1'.repeat(8), TODAY),
      otlp(OTLP_TRACE, 'b2'.repeat(8), TODAY, 'b1'.repeat(8)),
    ]);
    await sendOtlp(embedded, [otlp(OTLP_TRACE, 'b3'.repeat(8), TODAY + 1, 'b1'.repeat(8))]);
    await held(embedded, 251);

    const first = await run(embedded);
    expect(first).toMatchObject({ code: 0, report: { copied: 251, healed: 0, erased: 0, isCaughtUp: true } });
    expect(first.report?.days).toHaveLength(3);
    for (const day of first.report?.days ?? [])
      expect(day).toMatchObject({ differing: 0, elasticsearch: day.embedded });
    expect(first.said).toContain('embedded: 251 traces, 253 spans; Elasticsearch: 251 traces, 253 spans');
    expect(await run(embedded)).toMatchObject({ code: 0, report: { copied: 0 } });

    const ids = [OTLP_TRACE, 'trace-000000', 'trace-000017', 'trace-000249'];
    const before = await Promise.all(ids.map((id) => whole(embedded, id)));
    const listed = (await embedded.ask('/v1/traces?limit=300&sort=start_time:desc')).json['traces'];
    // Acknowledged, and perhaps not stored yet: the journal goes on in the other store.
    await sendOtlp(embedded, [otlp(OTLP_TRACE, 'b4'.repeat(8), TODAY + 2, 'b1'.repeat(8))]);
    const { out } = await embedded.command([
      ...['keys', 'create', '--project', 'default', '--env', 'dev', '--role', 'read', '--store', 'embedded'],
    ]);
    const key = out.trim();
    await embedded.process.stop();
    expect(await run(embedded)).toMatchObject({ code: 0, report: { keys: 1 } });

    const moved = await start(prefix, dataDir, 'elasticsearch');
    expect((await moved.ask('/v1/traces')).status).toBe(401);
    await moved.until(`/v1/traces/${OTLP_TRACE}`, (json) => spanCount(json) === 4, key);
    expect(await Promise.all(ids.slice(1).map((id) => whole(moved, id, key)))).toEqual(before.slice(1));
    const listedAfter = (await moved.ask('/v1/traces?limit=300&sort=start_time:desc', { key })).json['traces'];
    const known = (list: unknown) => (list as Json[]).filter(({ trace_id: id }) => id !== OTLP_TRACE);
    expect(known(listedAfter)).toEqual(known(listed));
  });

  test('killed in its midst it goes on where it was, and stopped by SIGINT too', async () => {
    const [prefix, dataDir] = [cluster.freshPrefix(), freshDirectory()];
    const embedded = await start(prefix, dataDir, 'embedded');
    await send(embedded, range(0, 1_500));
    await held(embedded, 1_500);

    const killed = begin(prefix, dataDir);
    await until(() => existsSync(join(dataDir, 'migration.json')));
    killed.child.kill('SIGKILL');
    await killed.exited;
    const { ranks } = JSON.parse(readFileSync(join(dataDir, 'migration.json'), 'utf8')) as {
      ranks: Record<string, number>;
    };
    const reached = Object.values(ranks).reduce((sum, rank) => sum + rank, 0);
    expect(reached).toBeGreaterThan(0);
    expect(reached).toBeLessThan(1_500);

    const stopped = begin(prefix, dataDir);
    const { mtimeMs } = statSync(join(dataDir, 'migration.json'));
    await until(() => statSync(join(dataDir, 'migration.json'), { throwIfNoEntry: false })?.mtimeMs !== mtimeMs);
    stopped.child.kill('SIGINT');
    const [code] = await stopped.exited;
    if (code !== 0) expect([code, stopped.said()]).toEqual([1, expect.stringContaining('the same command goes on')]);

    const { code: last, report } = await run(embedded);
    expect(last).toBe(0);
    expect(report?.copied).toBeLessThanOrEqual(1_500 - reached);
    expect(report === null ? 0 : tracesIn(report, 'elasticsearch')).toBe(1_500);
    expect((await cluster.client().count({ index: `${prefix}-traces` })).count).toBe(1_500);
  });

  test('what comes during the copy is followed, late spans of copied traces too', async () => {
    const [prefix, dataDir] = [cluster.freshPrefix(), freshDirectory()];
    const embedded = await start(prefix, dataDir, 'embedded');
    await send(embedded, range(0, 300));
    await sendOtlp(embedded, [otlp(OTLP_TRACE, 'b1'.repeat(8), TODAY)]);
    await held(embedded, 301);
    expect((await run(embedded)).code).toBe(0);

    await sendOtlp(embedded, [otlp(OTLP_TRACE, 'b2'.repeat(8), TODAY + 1, 'b1'.repeat(8))]);
    await embedded.until(
      `/v1/traces/${OTLP_TRACE}`,
      (json) => (json['trace'] as Json | undefined)?.['span_count'] === 2,
    );
    const [during] = await Promise.all([run(embedded), send(embedded, range(300, 600))]);
    expect(during.code).toBe(0);
    expect(during.report?.healed).toBeGreaterThanOrEqual(1);
    await held(embedded, 601);

    const last = await run(embedded);
    expect(last).toMatchObject({ code: 0, report: { isCaughtUp: true } });
    expect((during.report?.copied ?? 0) + (last.report?.copied ?? 0)).toBe(301);
    expect(
      last.report === null ? null : [tracesIn(last.report, 'embedded'), tracesIn(last.report, 'elasticsearch')],
    ).toEqual([601, 601]);
  });

  test('a document that is missing is told by day, and copied again', async () => {
    const [prefix, dataDir] = [cluster.freshPrefix(), freshDirectory()];
    const embedded = await start(prefix, dataDir, 'embedded');
    await send(embedded, range(0, 30));
    await held(embedded, 30);
    expect((await run(embedded)).code).toBe(0);

    const client = cluster.client();
    const { hits } = await client.search({
      index: `${prefix}-traces`,
      query: { term: { 'noveum.trace_key': 'trace-000004' } },
      _source: false,
    });
    const { _id: id = '', _index: index = '' } = hits.hits[0] ?? {};
    await client.delete({ index, id, refresh: true });
    const missing = await run(embedded, ['--check']);
    expect(missing.code).toBe(1);
    const day = iso(TODAY - DAY_MILLIS).slice(0, 10);
    expect(missing.said).toMatch(
      new RegExp(`^${day} \\S+: embedded 10 traces, 10 spans; Elasticsearch 9 traces, 9 spans; 1 traces differ$`, 'm'),
    );
    expect(missing.report?.days.filter(({ differing }) => differing > 0).map((each) => each.day)).toEqual([day]);

    expect(await run(embedded)).toMatchObject({ code: 0, report: { copied: 1, healed: 1 } });
    expect((await run(embedded, ['--check'])).code).toBe(0);
  });

  test('what was erased is not copied, and erased there where it had been', async () => {
    const [prefix, dataDir] = [cluster.freshPrefix(), freshDirectory()];
    const embedded = await start(prefix, dataDir, 'embedded');
    await send(embedded, range(0, 10));
    await held(embedded, 10);
    expect((await embedded.ask('/v1/traces/trace-000001', { method: 'DELETE' })).status).toBeLessThan(300);
    await held(embedded, 9);
    expect(await run(embedded)).toMatchObject({ code: 0, report: { copied: 9, erased: 0 } });

    expect((await embedded.ask('/v1/traces/trace-000002', { method: 'DELETE' })).status).toBeLessThan(300);
    await held(embedded, 8);
    expect(await run(embedded)).toMatchObject({ code: 0, report: { copied: 0, erased: 1 } });
    expect((await cluster.client().count({ index: `${prefix}-traces` })).count).toBe(8);
    expect(await run(embedded)).toMatchObject({ code: 0, report: { copied: 0, erased: 0 } });
  });

  test('a cluster that is away is named, and nothing is lost by it', async () => {
    const [prefix, dataDir] = [cluster.freshPrefix(), freshDirectory()];
    const embedded = await collectors.start({
      url: 'http://127.0.0.1:9',
      settings: { url: 'http://127.0.0.1:9' },
      prefix,
      dataDir,
      args: ['--store', 'embedded'],
    });
    await send(embedded, range(0, 3));
    await held(embedded, 3);
    const { code, said } = await run(embedded);
    expect([code, said]).toEqual([1, expect.stringContaining('Elasticsearch could not be reached')]);
    expect(existsSync(join(dataDir, 'migration.json'))).toBe(false);
  });
});
