import { Client } from '@elastic/elasticsearch';

import { spansArrive } from '../../src/store/contract/delivery.js';
import { spanIdOf, spanModel, type SpanModel, traceIdOf } from '../../src/store/contract/models.js';
import { query } from '../../src/store/contract/queries.js';
import { isStorageFault } from '../../src/store-fault.js';
import type { TraceFragment, TraceWriter, WriteReport } from '../../src/store/trace-store.js';
import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy/index.js';
import { createWholeReader, makeIndex, type Names, openWriter } from './writing-store.js';

const TOO_LARGE: Fault = { kind: 'status', status: 413 };
const TRACES = 12;
const SPANS = 5;

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

const spansOf = (number: number, from = 0, to = SPANS): SpanModel[] =>
  Array.from({ length: to - from }, (_, at) =>
    spanModel({
      traceId: traceIdOf(number),
      spanId: spanIdOf(100 * number + from + at),
      parentSpanId: from + at === 0 ? null : spanIdOf(100 * number),
    }),
  );

const NUMBERS = Array.from({ length: TRACES }, (_, at) => at);

/** Again and again, as the drain does. */
const writeUntilDone = async (writer: TraceWriter, fragments: readonly TraceFragment[]): Promise<WriteReport> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writer.write(fragments);
    } catch (error) {
      if (!isStorageFault(error) || attempt > 100) throw error;
      await pause(50);
    }
  }
};

const sum = (reports: readonly WriteReport[], name: keyof WriteReport): number =>
  reports.reduce((total, report) => total + report[name], 0);

describeWithElasticsearch('writing to Elasticsearch', (cluster) => {
  let names: Names = { alias: '', erasuresIndex: '' };

  beforeEach(async () => {
    const alias = cluster.freshPrefix();
    names = { alias, erasuresIndex: `${alias}-erased` };
    await makeIndex(cluster.client(), names, 1, true);
  });

  const rollOver = async (number: number): Promise<void> => {
    const { alias } = names;
    await cluster.client().indices.updateAliases({
      actions: [{ add: { index: `${alias}-00000${String(number - 1)}`, alias, is_write_index: false } }],
    });
    await makeIndex(cluster.client(), names, number, true);
  };

  const listed = () => createWholeReader(cluster.client(), names).find(query({ limit: 1000 }));

  const countDocuments = async (filter: object = { match_all: {} }): Promise<number> => {
    await cluster.client().indices.refresh({ index: names.alias });
    return (await cluster.client().count({ index: names.alias, query: filter })).count;
  };

  const expectAll = async (): Promise<void> => {
    expect(await countDocuments()).toBe(TRACES);
    const { traces } = await listed();
    expect(traces.map((trace) => trace.span_count)).toEqual(NUMBERS.map(() => SPANS));
  };

  test('a long trace is parts and a head; when spans come late the parts are others, and none is left over', async () => {
    const writer = openWriter(cluster.client(), names);
    await writer.write(spansArrive(spansOf(0, 0, 2_300)));
    expect(await countDocuments()).toBe(3);
    expect(await writer.write(spansArrive(spansOf(0, 2_300, 3_300)))).toMatchObject({ newSpans: 1_000 });
    expect(await countDocuments()).toBe(4);
    expect((await listed()).traces).toMatchObject([{ span_count: 3_300 }]);
    expect(await writer.write(spansArrive(spansOf(0, 0, 2_300)))).toMatchObject({
      newTraces: 0,
      newSpans: 0,
      duplicateSpans: 2_300,
    });
    const erased = await writer.erase({ id: 'e', requestedAtMillis: 0, target: { project: 'shop' } });
    expect(erased).toMatchObject({ traces: 1 });
    expect(await countDocuments()).toBe(0);
  });

  test('parts that a writing left behind when it was cut short are erased with their trace', async () => {
    const client = cluster.client();
    const writer = openWriter(client, names);
    await writer.write([...spansArrive(spansOf(0, 0, 2_300)), ...spansArrive(spansOf(1, 0, 2_300))]);
    const filter = [{ range: { 'noveum.part': { gte: 1 } } }, { prefix: { trace_id: traceIdOf(0) } }];
    const { hits } = await client.search<object>({ index: names.alias, query: { bool: { filter } } });
    expect(hits.hits).toHaveLength(2);
    for (const { _id: id = '', _index: index, _source: document = {} } of hits.hits)
      await client.index({ index, id: `${id}-left`, document, refresh: true });
    expect(await countDocuments()).toBe(8);
    const target = { project: 'shop', traceKey: traceIdOf(0) };
    expect(await writer.erase({ id: 'e', requestedAtMillis: 0, target })).toMatchObject({ traces: 1 });
    expect(await countDocuments()).toBe(3);
  });

  test('collectors that write the same traces at once make each trace and count each span once', async () => {
    const reports = await Promise.all(
      Array.from({ length: SPANS }, (_, at) =>
        writeUntilDone(
          openWriter(cluster.client(), names),
          NUMBERS.flatMap((number) => spansArrive(spansOf(number, at, at + 1))),
        ),
      ),
    );
    await expectAll();
    expect(sum(reports, 'newTraces')).toBe(TRACES);
    expect(sum(reports, 'newSpans')).toBe(TRACES * SPANS);
  });

  test('after a rollover late spans go to where their trace is, and new traces to the new index', async () => {
    const writer = openWriter(cluster.client(), names);
    await writer.write(NUMBERS.flatMap((number) => spansArrive(spansOf(number, 0, 2))));
    await rollOver(2);
    const other = openWriter(cluster.client(), names);
    for (const each of [writer, other])
      await each.write(
        NUMBERS.flatMap((number) => spansArrive(each === writer ? spansOf(number, 2, 4) : spansOf(number, 4, 5))),
      );
    await expectAll();
    await other.write(spansArrive(spansOf(50)));
    expect(await cluster.client().count({ index: `${names.alias}-000002` })).toMatchObject({ count: 1 });
  });

  test('a trace that two collectors made in two indices becomes one', async () => {
    const client = cluster.client();
    const early = openWriter(client, names);
    await early.write(spansArrive(spansOf(99)));
    // This one has not heard of the rollover when it writes, and what the other wrote was not there when it looked.
    const unaware = openWriter(client, names);
    await unaware.write(spansArrive(spansOf(98)));
    await rollOver(2);
    await client.indices.updateAliases({
      actions: [{ remove: { index: `${names.alias}-000001`, alias: names.alias } }],
    });
    const late = openWriter(client, names);
    await late.write(NUMBERS.flatMap((number) => spansArrive(spansOf(number, 0, 3))));
    await client.indices.updateAliases({
      actions: [
        { add: { index: `${names.alias}-000001`, alias: names.alias, is_write_index: true } },
        { add: { index: `${names.alias}-000002`, alias: names.alias, is_write_index: false } },
      ],
    });
    const doubles = NUMBERS.flatMap((number) => spansArrive(spansOf(number, 2, 5)));
    await client.indices.updateAliases({
      actions: [{ remove: { index: `${names.alias}-000002`, alias: names.alias } }],
    });
    await openWriter(client, names).write(doubles);
    await client.indices.updateAliases({
      actions: [
        { add: { index: `${names.alias}-000001`, alias: names.alias, is_write_index: false } },
        { add: { index: `${names.alias}-000002`, alias: names.alias, is_write_index: true } },
      ],
    });
    expect(await countDocuments()).toBe(2 + 2 * TRACES);
    const keeper = openWriter(client, names);
    // Whatever comes of such a trace joins the two.
    await keeper.write(spansArrive(spansOf(0, 1, 2)));
    expect(await countDocuments()).toBe(2 + 2 * TRACES - 1);
    const { creation_date: made = 0 } =
      (await client.indices.getSettings({ index: `${names.alias}-000002` }))[`${names.alias}-000002`]?.settings
        ?.index ?? {};
    for (const after of [20_000, 700_000]) while (await keeper.maintain(Number(made) + after));
    const { traces } = await listed();
    expect(traces).toHaveLength(2 + TRACES);
    expect(traces.every((trace) => trace.span_count === SPANS)).toBe(true);
  });

  describe('over a connection that fails', () => {
    let proxy: FaultProxy;
    let client: Client;

    beforeEach(async () => {
      proxy = await startFaultProxy({ target: cluster.url() });
      client = new Client({ node: proxy.url, maxRetries: 0, requestTimeout: 5_000 });
    });
    afterEach(async () => {
      await client.close();
      await proxy.close();
    });

    const half = (_item: unknown, place: number): boolean => place % 2 === 0;

    test.each<[string, Fault]>([
      ['cut before it is sent', { kind: 'cut-before-send' }],
      ['cut before the answer', { kind: 'cut-after-send' }],
      ['cut in the answer', { kind: 'half-answer' }],
      ['answered 429', { kind: 'status', status: 429 }],
      ['answered 503', { kind: 'status', status: 503 }],
      ['answered 413', TOO_LARGE],
      ['turned away in part', { kind: 'items', fails: half, status: 429, type: 'es_rejected_execution_exception' }],
      ['done in part', { kind: 'items', fails: half, status: 503, type: 'unavailable_shards_exception' }],
    ])('requests that are %s: nothing is lost, nothing doubled, and the counts are right', async (_name, fault) => {
      let requests = 0;
      // One that is too large is cut in two until it fits.
      const isHit = (): boolean => (fault === TOO_LARGE ? requests++ === 0 : requests++ % 2 === 0);
      proxy.use(({ path }) => (path === '/_bulk' && isHit() ? fault : null));
      const writer = openWriter(client, names);
      const reports: WriteReport[] = [];
      for (const [from, to] of [
        [0, 3],
        [3, 5],
      ])
        reports.push(
          await writeUntilDone(
            writer,
            NUMBERS.flatMap((number) => spansArrive(spansOf(number, from, to))),
          ),
        );
      await expectAll();
      expect(sum(reports, 'newTraces')).toBe(TRACES);
      expect(sum(reports, 'newSpans')).toBe(TRACES * SPANS);
      expect(sum(reports, 'duplicateSpans')).toBe(0);
    });

    test('a long trace that another began meanwhile leaves no parts of the attempt that lost', async () => {
      const slow = openWriter(client, names);
      let release: (value?: unknown) => void = () => undefined;
      const until = new Promise((resolve) => {
        release = resolve;
      });
      let bulks = 0;
      const isHeld = new Promise<void>((resolve) => {
        // The first has the parts, the second their head.
        proxy.use(({ path }) => {
          if (path !== '/_bulk' || ++bulks !== 2) return null;
          resolve();
          return { kind: 'held', until };
        });
      });
      const written = writeUntilDone(slow, spansArrive(spansOf(0, 0, 2_300)));
      await isHeld;
      expect(await countDocuments()).toBe(2);
      await openWriter(cluster.client(), names).write(spansArrive(spansOf(0, 2_300, 2_301)));
      release();
      expect(await written).toMatchObject({ newTraces: 0, newSpans: 2_300 });
      expect((await listed()).traces).toMatchObject([{ span_count: 2_301 }]);
      expect(await countDocuments()).toBe(3);
    });

    test('while the node is away it is told so at once, and goes on when it is back', async () => {
      const writer = openWriter(client, names);
      await proxy.down();
      const fragments = spansArrive(spansOf(0));
      for (let attempt = 0; attempt < 6; attempt++)
        await expect(writer.write(fragments)).rejects.toMatchObject({ code: 'ELASTICSEARCH_UNREACHABLE' });
      expect(writer.fault()).toMatchObject({ kind: 'unreachable' });
      await proxy.up();
      expect(await writeUntilDone(writer, fragments)).toMatchObject({ newTraces: 1, newSpans: SPANS });
      expect(writer.fault()).toBeNull();
    });

    test('what a mapping refuses is told by type and field, while all else of the call is stored', async () => {
      const writer = openWriter(client, names);
      const secret = 'a secret of the sender';
      proxy.use(({ path }) =>
        path === '/_bulk'
          ? { kind: 'items', fails: (_, place) => place === 3, status: 400, type: 'document_parsing_exception' }
          : null,
      );
      const all = NUMBERS.flatMap((number) => spansArrive(spansOf(number)));
      const failed = await writer.write(all).catch((error: unknown) => error);
      expect(isStorageFault(failed)).toBe(false);
      expect(String(failed)).toContain('document_parsing_exception');
      expect(String(failed)).not.toContain(secret);
      expect(await countDocuments()).toBe(TRACES - 1);
      proxy.use(null);
      await writer.write(all);
      await expectAll();
    });
  });

  test('an index that takes no writes is a fault that passes', async () => {
    const writer = openWriter(cluster.client(), names);
    const index = `${names.alias}-000001`;
    await cluster.client().indices.putSettings({ index, settings: { 'index.blocks.read_only_allow_delete': true } });
    await expect(writer.write(spansArrive(spansOf(0)))).rejects.toMatchObject({ code: 'ELASTICSEARCH_READ_ONLY' });
    await cluster.client().indices.putSettings({ index, settings: { 'index.blocks.read_only_allow_delete': null } });
    expect(await writeUntilDone(writer, spansArrive(spansOf(0)))).toMatchObject({ newTraces: 1 });
  });
});
