import type { TraceDocument } from 'noveum-proto';

import { spanIdOf, spanModel, spansArrive, traceIdOf } from '../../src/store/contract/index.js';
import { isStorageFault } from '../../src/store-fault.js';
import { connect } from '../../src/store/elasticsearch/client/index.js';
import { type ElasticsearchReaderOptions, openElasticsearchReader } from '../../src/store/elasticsearch/read/index.js';
import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { startFaultProxy } from '../support/fault-proxy/index.js';
import { makeIndex, openWriter } from './writing-store.js';

const TRACES = 300;
const PLACES = Array.from({ length: TRACES }, (_, at) => ({ project: 'shop', traceKey: traceIdOf(at) }));
const LARGE = 7;

const rootOf = (at: number) =>
  spanModel({
    traceId: traceIdOf(at),
    spanId: spanIdOf(at),
    ...(at === LARGE ? { attributes: { text: 'x'.repeat(100_000) } } : {}),
  });

describeWithElasticsearch('reading ahead in Elasticsearch', (cluster) => {
  const opened = async (options: Partial<ElasticsearchReaderOptions> = {}) => {
    const alias = cluster.freshPrefix();
    const names = { alias, erasuresIndex: `${alias}-erased` };
    await makeIndex(cluster.client(), names, 1, true);
    const writer = openWriter(cluster.client(), names);
    await writer.write(PLACES.flatMap((_, at) => spansArrive([rootOf(at)])));
    const proxy = await startFaultProxy({ target: cluster.url() });
    const client = connect({ ...cluster.connection(), nodes: [proxy.url] });
    const time = { millis: 1_000_000 };
    const reader = openElasticsearchReader({ client, ...names, now: () => time.millis, ...options });
    const close = async () => {
      await client.close();
      await proxy.close();
    };
    return { close, proxy, reader, time, writer };
  };

  const getAll = async (reader: { get: (project: string, key: string) => Promise<TraceDocument | null> }) => {
    const documents: (TraceDocument | null)[] = [];
    for (const { project, traceKey } of PLACES) documents.push(await reader.get(project, traceKey));
    return documents;
  };

  test('expected traces are those that are read one by one, by a tenth of the requests', async () => {
    const { close, proxy, reader } = await opened();
    const oneByOne = await getAll(reader);
    const before = proxy.seen();
    reader.expect?.(PLACES);
    expect(await getAll(reader)).toEqual(oneByOne);
    expect(proxy.seen() - before).toBeLessThan(TRACES / 10);
    // Each once: then they are read anew.
    const after = proxy.seen();
    await reader.get('shop', traceIdOf(0));
    expect(proxy.seen() - after).toBe(1);
    await close();
  });

  test('what was read more than a second ago is read anew: late spans are there, erased traces are not', async () => {
    const { close, reader, time, writer } = await opened();
    reader.expect?.(PLACES);
    expect(await reader.get('shop', traceIdOf(0))).toMatchObject({ span_count: 1 });
    await writer.write(
      spansArrive([spanModel({ traceId: traceIdOf(1), spanId: spanIdOf(9_001), parentSpanId: spanIdOf(1) })]),
    );
    await writer.erase({ id: 'e', requestedAtMillis: 0, target: { project: 'shop', traceKey: traceIdOf(2) } });
    time.millis += 1_001;
    expect(await reader.get('shop', traceIdOf(1))).toMatchObject({ span_count: 2 });
    expect(await reader.get('shop', traceIdOf(2))).toBeNull();
    await reader.letGo();
    expect(await reader.get('shop', traceIdOf(3))).toMatchObject({ span_count: 1 });
    await close();
  });

  test('of many that are expected the latest thousand are remembered, and the others are read one by one', async () => {
    const { close, proxy, reader } = await opened();
    const others = Array.from({ length: 1_000 - 100 }, (_, at) => ({
      project: 'shop',
      traceKey: traceIdOf(5_000 + at),
    }));
    reader.expect?.([...PLACES, ...others]);
    expect((await getAll(reader)).every((document) => document !== null)).toBe(true);
    expect(proxy.seen()).toBeGreaterThan(200);
    expect(proxy.seen()).toBeLessThan(250);
    await close();
  });

  test('one that is too large is told when its turn comes, and so is a cluster that is away', async () => {
    const { close, proxy, reader } = await opened({ maxDocumentBytes: 50_000 });
    reader.expect?.(PLACES);
    for (const [at, { project, traceKey }] of PLACES.entries())
      if (at === LARGE) await expect(reader.get(project, traceKey)).rejects.toMatchObject({ name: 'TraceTooLarge' });
      else expect(await reader.get(project, traceKey)).not.toBeNull();
    reader.expect?.(PLACES);
    await proxy.down();
    const fault = await reader.get('shop', traceIdOf(0)).catch((error: unknown) => error);
    expect(isStorageFault(fault)).toBe(true);
    await proxy.up();
    expect(await reader.get('shop', traceIdOf(0))).not.toBeNull();
    await close();
  });
});
