import { setTimeout as pause } from 'node:timers/promises';

import { parseTextQuery } from 'noveum-proto';

import { NOON, query, spanIdOf, spanModel, spansArrive, traceIdOf } from '../../src/store/contract/index.js';
import { isStorageFault } from '../../src/store-fault.js';
import { connect } from '../../src/store/elasticsearch/client/index.js';
import { type ElasticsearchReaderOptions, openElasticsearchReader } from '../../src/store/elasticsearch/read/index.js';
import type { TraceFilter } from '../../src/store/trace-store.js';
import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { startFaultProxy } from '../support/fault-proxy/index.js';
import { makeIndex, openWriter } from './writing-store.js';

jest.setTimeout(120_000);

const EVERYTHING: TraceFilter = { project: null, equals: {}, notEquals: {}, tags: [], compare: [] };
const KEY = traceIdOf(0);
const root = spanModel();
const child = (number: number, attributes = {}) =>
  spanModel({ spanId: spanIdOf(number), parentSpanId: root.spanId, startUnixNano: NOON + BigInt(number), attributes });

describeWithElasticsearch('reading from Elasticsearch', (cluster) => {
  const fresh = async () => {
    const alias = cluster.freshPrefix();
    const names = { alias, erasuresIndex: `${alias}-erased` };
    await makeIndex(cluster.client(), names, 1, true);
    const open = (options: Partial<ElasticsearchReaderOptions> = {}) =>
      openElasticsearchReader({ client: cluster.client(), ...names, now: Date.now, ...options });
    return { ...names, open, reader: open() };
  };

  test('by its key a trace is there before it is searchable, whether its project is named or not', async () => {
    const { open, reader, ...names } = await fresh();
    const writer = openWriter(cluster.client(), names, false);
    await writer.write(spansArrive([root]));
    expect((await reader.find(query())).traces).toEqual([]);
    expect(await reader.get('shop', KEY)).toMatchObject({ trace_key: KEY, span_count: 1 });
    expect((await reader.outline('shop', KEY))?.size).toBe(1);
    expect(await reader.spans('shop', KEY, [root.spanId])).toHaveLength(1);
    expect(await reader.summaries([{ project: 'shop', traceKey: KEY }], [EVERYTHING])).toMatchObject([{ fits: [0] }]);
    expect((await reader.find(query())).traces).toEqual([]);
    expect(await reader.get(null, KEY)).toMatchObject({ project: 'shop' });
    expect(await open().get('other', KEY)).toBeNull();
  });

  test('a list that looks at the newest first is the list of all', async () => {
    const { open, ...names } = await fresh();
    const starts = [1n, NOON + 1_000_000_000_000_000_000n];
    for (let number = 0; number < 80; number++) starts.push(NOON + BigInt((number * 37) % 50) * 1_000_000n);
    const spans = starts.map((startUnixNano, number) =>
      spanModel({
        traceId: traceIdOf(number),
        spanId: spanIdOf(number),
        startUnixNano,
        statusCode: number % 20 === 0 ? 2 : 0,
      }),
    );
    await openWriter(cluster.client(), names).write(spansArrive(spans));
    const [all, newest] = [open(), open({ fewDocuments: 1 })];
    const filters: Partial<TraceFilter>[] = [
      {},
      { hasError: true },
      { startUnixNano: NOON, endUnixNano: NOON + 20_000_000n },
      { endUnixNano: NOON + 1n },
      { startUnixNano: NOON + 40_000_000n },
    ];
    for (const filter of filters)
      for (const changes of [{ limit: 3 }, { limit: 2, offset: 30 }, { limit: 1, count: 'exact' }] as const) {
        const asked = query({ filter: { ...EVERYTHING, ...filter }, ...changes });
        for (let cursor: string | null | undefined; cursor !== null;) {
          const at = cursor === undefined ? asked : { ...asked, cursor };
          const page = await newest.find(at);
          expect(page).toEqual(await all.find(at));
          cursor = page.nextCursor;
        }
      }
  });

  test('without a text index words are found all the same, by looking at every trace', async () => {
    const { reader, ...names } = await fresh();
    const writer = openWriter(cluster.client(), names, true, false);
    await writer.write(spansArrive([root]));
    const found = async (text: string) => {
      const parsed = parseTextQuery(text);
      if (parsed.status === 'refused') throw new Error(parsed.issue);
      const asked = { mode: 'words', query: parsed.query } as const;
      return (await reader.find(query({ filter: { ...EVERYTHING, text: asked } }))).traces.length;
    };
    expect([await found('request'), await found('nowhere')]).toEqual([1, 0]);
  });

  test('keys that nobody has make Elasticsearch refresh at most once a second', async () => {
    const { open, ...names } = await fresh();
    let nowMillis = 1_000_000;
    const reader = open({ now: () => nowMillis });
    const writer = openWriter(cluster.client(), names, false);
    expect(await reader.get(null, KEY)).toBeNull();
    await writer.write(spansArrive([root]));
    expect(await reader.get(null, KEY)).toBeNull();
    nowMillis += 1_000;
    expect(await reader.get(null, KEY)).toMatchObject({ span_count: 1 });
  });

  test('of one key in several projects the newest is given where no project is named', async () => {
    const { reader, ...names } = await fresh();
    const writer = openWriter(cluster.client(), names);
    await writer.write(spansArrive([root], { project: 'late' }));
    await writer.write(spansArrive([{ ...root, startUnixNano: NOON - 1n }], { project: 'early' }));
    expect(await reader.get(null, KEY)).toMatchObject({ project: 'late' });
  });

  test('what two indices hold of a trace is one trace in every answer', async () => {
    const { alias, erasuresIndex, reader } = await fresh();
    const other = { alias: cluster.freshPrefix(), erasuresIndex };
    await makeIndex(cluster.client(), other, 1, true);
    await openWriter(cluster.client(), { alias, erasuresIndex }).write(
      spansArrive([root, child(1, { 'user.id': 'ada' })]),
    );
    await openWriter(cluster.client(), other).write(spansArrive([root, child(2, { 'session.id': 's1' })]));
    await cluster.client().indices.putAlias({ index: `${other.alias}-000001`, name: alias });
    const merged = { span_count: 3, metadata: { user_id: 'ada', session_id: 's1' } };
    expect(await reader.get('shop', KEY)).toMatchObject(merged);
    expect((await reader.outline('shop', KEY))?.size).toBe(3);
    expect((await reader.find(query())).traces).toMatchObject([merged]);
    expect(await reader.summaries([{ project: 'shop', traceKey: KEY }], [EVERYTHING])).toMatchObject([
      { summary: merged },
    ]);
    const parsed = parseTextQuery('request');
    if (parsed.status === 'refused') throw new Error(parsed.issue);
    const text = { mode: 'words', query: parsed.query } as const;
    expect((await reader.find(query({ filter: { ...EVERYTHING, text } }))).traces).toMatchObject([merged]);
  });

  test('a trace in parts is read as one, up to what a reader takes into memory', async () => {
    const { open, ...names } = await fresh();
    const spans = [root, ...Array.from({ length: 2_500 }, (_, at) => child(at + 1))];
    const fragments = spansArrive(spans);
    await openWriter(cluster.client(), names).write(fragments);
    const bytes = fragments.reduce((sum, { payload }) => sum + payload.length, 0);
    const exact = open({ maxDocumentBytes: bytes });
    expect((await exact.get('shop', KEY))?.spans.map((span) => span.span_id)).toEqual(spans.map((span) => span.spanId));
    expect((await exact.find(query())).total).toBe(1);
    const smaller = open({ maxDocumentBytes: bytes - 1 });
    await expect(smaller.get('shop', KEY)).rejects.toMatchObject({ name: 'TraceTooLarge' });
    expect((await smaller.outline('shop', KEY))?.size).toBe(spans.length);
    expect(await smaller.spans('shop', KEY, [spanIdOf(2_000)])).toHaveLength(1);
    await expect(open({ maxDocumentBytes: bytes >> 3 }).outline('shop', KEY)).rejects.toMatchObject({
      name: 'TraceTooLarge',
    });
  });

  test('a list is as deep as an offset goes, and deeper by cursor', async () => {
    const { reader, ...names } = await fresh();
    const writer = openWriter(cluster.client(), names);
    await writer.write([0, 1, 2].flatMap((number) => spansArrive([spanModel({ traceId: traceIdOf(number) })])));
    expect(await reader.find(query({ offset: 9_999, limit: 1 }))).toMatchObject({ traces: [], total: 3 });
    expect(await reader.find(query({ offset: 2, limit: 1 }))).toMatchObject({ nextCursor: null, total: 3 });
    expect((await reader.find(query({ offset: 1, limit: 1 }))).nextCursor).not.toBeNull();
    expect((await reader.find(query({ limit: 1_000 }))).traces).toHaveLength(3);
  });

  test('a cursor whose place is none of its sort is refused', async () => {
    const { reader } = await fresh();
    const cursor = (field: string, value: unknown): string =>
      Buffer.from(JSON.stringify([1, field, 'desc', value, 'k', 'p'])).toString('base64url');
    for (const [field, value] of [
      ['start_time', null],
      ['start_time', 1.5],
      ['span_count', 1.5],
      ['span_count', null],
      ['duration_ms', 'n5'],
    ] as const)
      await expect(
        reader.find(query({ cursor: cursor(field, value), sort: { field, direction: 'desc' } })),
      ).rejects.toMatchObject({ name: 'UnusableCursor' });
    const beyond = query({ cursor: cursor('start_time', `n${'9'.repeat(20)}`) });
    expect(await reader.find(beyond)).toMatchObject({ traces: [], nextCursor: null });
  });

  test('while the cluster is away, or answers nonsense, every answer is a fault of the store; then all is there again', async () => {
    const { open, reader: _, ...names } = await fresh();
    await openWriter(cluster.client(), names).write(spansArrive([root]));
    const proxy = await startFaultProxy({ target: cluster.url() });
    const client = connect({ ...cluster.connection(), nodes: [proxy.url], requestTimeoutMillis: 10_000 });
    let nowMillis = 1_000_000;
    const reader = open({ client, now: () => (nowMillis += 20_000) });
    const faultOf = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      return [(error as Error | null)?.name, isStorageFault(error)];
    };
    await proxy.down();
    for (const asking of [
      () => reader.find(query()),
      () => reader.get('shop', KEY),
      () => reader.get(null, KEY),
      () => reader.outline('shop', KEY),
      () => reader.spans('shop', KEY, []),
      () => reader.summaries([{ project: 'shop', traceKey: KEY }], [EVERYTHING]),
      () => reader.usage(null),
      () => reader.facets({ filter: EVERYTHING, fields: ['model'], prefix: '', limit: 10 }),
    ])
      expect(await faultOf(asking())).toEqual(['ElasticsearchFault', true]);
    await proxy.up();
    proxy.use(() => ({ kind: 'half-answer' }));
    expect(await faultOf(reader.find(query()))).toEqual(['ElasticsearchFault', true]);
    proxy.use(() => ({ kind: 'status', status: 503 }));
    expect(await faultOf(reader.get('shop', KEY))).toEqual(['ElasticsearchFault', true]);
    proxy.use(() => null);
    expect((await reader.find(query())).total).toBe(1);
    await client.close();
    await proxy.close();
  });

  test('a list takes one request, and one more now and then, a page of a search in texts three, a trace by its id one', async () => {
    const { open, reader: _reader, ...names } = await fresh();
    const shelf = Array.from({ length: 60 }, (_, at) => spansArrive([spanModel({ traceId: traceIdOf(at) })]));
    await openWriter(cluster.client(), names).write(shelf.flat());
    const proxy = await startFaultProxy({ target: cluster.url() });
    const client = connect({ ...cluster.connection(), nodes: [proxy.url] });
    const reader = open({ client, now: () => 1_000_000 });
    await reader.get('shop', KEY);
    let asked: string[] = [];
    proxy.use(({ path }) => {
      asked.push(path.split('/').at(-1) ?? '');
      return null;
    });
    const requestsOf = async (work: () => Promise<unknown>) => {
      asked = [];
      await work();
      return asked;
    };
    const list = () => reader.find(query({ limit: 50 }));
    expect(await requestsOf(list)).toEqual(['_search', '_search']);
    expect(await requestsOf(list)).toEqual(['_search']);
    expect(await requestsOf(() => reader.get('shop', KEY))).toEqual(['_mget']);
    const parsed = parseTextQuery('request');
    if (parsed.status === 'refused') throw new Error(parsed.issue);
    const text = { mode: 'words', query: parsed.query } as const;
    const search = query({ filter: { ...EVERYTHING, text }, limit: 50 });
    expect(await requestsOf(() => reader.find(search))).toEqual(['_search', '_mget', '_mget']);
    await client.close();
    await proxy.close();
  });

  test('a trace whose project nobody named is read in one request while there are few projects, else searched for', async () => {
    const { open, reader: _reader, ...names } = await fresh();
    const writer = openWriter(cluster.client(), names);
    const projects = Array.from({ length: 33 }, (_, at) => `project-${String(at)}`);
    const traceIn = (project: string, at: number) => spansArrive([spanModel({ traceId: traceIdOf(at) })], { project });
    await writer.write(projects.slice(0, 32).flatMap(traceIn));
    const proxy = await startFaultProxy({ target: cluster.url() });
    const client = connect({ ...cluster.connection(), nodes: [proxy.url] });
    let nowMillis = 1_000_000;
    const reader = open({ client, now: () => nowMillis });
    let asked: string[] = [];
    proxy.use(({ path }) => {
      asked.push(path.split('/').at(-1)?.replace(/\?.*/, '') ?? '');
      return null;
    });
    const projectOf = async (at: number) => {
      asked = [];
      return (await reader.get(null, traceIdOf(at)))?.project;
    };
    /** Projects are asked for beside. */
    const projectOnceAsked = async (at: number) => {
      for (let tries = 0; tries < 100; tries++) {
        const project = await projectOf(at);
        if (asked.length === 1) return project;
      }
      return undefined;
    };
    expect(await projectOf(7)).toBe('project-7');
    expect(asked).toEqual(expect.arrayContaining(['_terms_enum', '_search', '_mget']));
    expect(await projectOnceAsked(31)).toBe('project-31');
    expect(asked).toEqual(['_mget']);

    await writer.write(traceIn('project-32', 0));
    expect(await projectOf(32)).toBeUndefined();
    expect(await projectOf(1)).toBe('project-1');
    nowMillis += 10_001;
    expect(await projectOf(1)).toBe('project-1');
    for (let tries = 0; tries < 3; tries++) expect(await projectOf(5)).toBe('project-5');
    expect(asked).toEqual(['_search', '_mget']);
    await client.close();
    await proxy.close();
  });

  test('of one key in several of few projects the newest is given', async () => {
    const { reader, ...names } = await fresh();
    const writer = openWriter(cluster.client(), names);
    await writer.write(spansArrive([{ ...root, startUnixNano: NOON + 1n }], { project: 'late' }));
    await writer.write(spansArrive([root], { project: 'early' }));
    for (let tries = 0; tries < 4; tries++)
      expect(await reader.get(null, KEY)).toMatchObject({ project: 'late', span_count: 1 });
  });

  describe('where an index under the alias has not started yet', () => {
    const STARTS_NOWHERE = { 'index.routing.allocation.require._name': 'no-node' };
    /** As a rollover makes it, but that it starts when it is told to. */
    const notStarted = async () => {
      const { open, ...names } = await fresh();
      await openWriter(cluster.client(), names).write(spansArrive([root]));
      const index = `${names.alias}-late`;
      await cluster.client().indices.create({
        index,
        wait_for_active_shards: 0,
        settings: { number_of_shards: 1, number_of_replicas: 0, ...STARTS_NOWHERE },
        aliases: { [names.alias]: {} },
      });
      const start = () =>
        cluster.client().indices.putSettings({ index, settings: { 'index.routing.allocation.require._name': null } });
      return { open, start };
    };

    test('whatever is read waits for it', async () => {
      const { open, start } = await notStarted();
      const reader = open();
      const answers = Promise.all([
        reader.find(query()),
        reader.get('shop', KEY),
        reader.get(null, KEY),
        reader.summaries([{ project: 'shop', traceKey: KEY }], [EVERYTHING]),
        reader.usage(null),
      ]);
      await expect(Promise.race([answers, pause(300)])).resolves.toBe(undefined);
      await start();
      expect(await answers).toMatchObject([
        { total: 1 },
        { trace_key: KEY },
        { trace_key: KEY },
        [{ fits: [0] }],
        [{ traces: 1 }],
      ]);
    });

    test('a read is refused when its patience has ended, and no trace is said to be missing', async () => {
      const { open } = await notStarted();
      const reader = open({ shardPatienceMillis: 100 });
      for (const read of [() => reader.find(query()), () => reader.get('shop', traceIdOf(7))])
        await expect(read()).rejects.toMatchObject({ name: 'ElasticsearchFault' });
    });
  });

  test('where there is no index yet, there is no trace', async () => {
    const alias = cluster.freshPrefix();
    const names = { alias, erasuresIndex: `${alias}-erased` };
    const reader = openElasticsearchReader({ client: cluster.client(), ...names, now: Date.now });
    expect(await reader.find(query())).toMatchObject({ traces: [], total: 0, nextCursor: null });
    expect(await reader.get('shop', KEY)).toBeNull();
    expect(await reader.get(null, KEY)).toBeNull();
    expect(await reader.summaries([{ project: 'shop', traceKey: KEY }], [EVERYTHING])).toEqual([]);
    expect(await reader.usage(null)).toEqual([]);
  });
});
