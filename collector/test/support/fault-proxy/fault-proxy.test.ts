import { Client } from '@elastic/elasticsearch';

import { describeWithElasticsearch } from '../elasticsearch/index.js';
import { type Fault, type FaultProxy, startFaultProxy } from './index.js';

describeWithElasticsearch('a proxy that makes faults', (cluster) => {
  let proxy: FaultProxy;
  let client: Client;
  let index: string;
  beforeEach(async () => {
    proxy = await startFaultProxy({ target: cluster.url() });
    client = new Client({ node: proxy.url, maxRetries: 0, requestTimeout: 20_000 });
    index = cluster.freshPrefix();
  });
  afterEach(async () => {
    await client.close();
    await proxy.close();
  });

  const once = (fault: Fault) => {
    let done = false;
    proxy.use(() => {
      if (done) return null;
      done = true;
      return fault;
    });
  };
  const isKept = (id: string) => cluster.client().exists({ index, id });
  const put = (id: string) => client.create({ index, id, document: { a: 1 } });
  const putAll = (ids: readonly string[]) =>
    client.bulk({ operations: ids.flatMap((_id) => [{ create: { _index: index, _id } }, { a: 1 }]) });

  test('lets everything pass by itself', async () => {
    await put('1');
    expect(await isKept('1')).toBe(true);
    expect(await client.exists({ index, id: '2' })).toBe(false);
    expect(proxy.seen()).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ['cut-before-send', false],
    ['cut-after-send', true],
    ['half-answer', true],
  ] as const)('%s: the sender sees a cut, and the node has done it: %s', async (kind, done) => {
    await put('0');
    once({ kind });
    await expect(put('1')).rejects.toThrow(/ConnectionError|socket|terminated|other side closed|aborted/i);
    expect(await isKept('1')).toBe(done);
    await put('2');
    expect(await isKept('2')).toBe(true);
  });

  test('answers in the stead of the node, with headers', async () => {
    once({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    await expect(put('1')).rejects.toMatchObject({ statusCode: 429, headers: { 'retry-after': '7' } });
  });

  test('is slow: a sender that waits too short a time gives up on what is done', async () => {
    await put('0');
    once({ kind: 'slow', millis: 3_000 });
    await expect(client.create({ index, id: '1', document: {} }, { requestTimeout: 1_000 })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  test('fails some items of a bulk request: they are told in their places and not done', async () => {
    once({ kind: 'items', fails: ({ id }) => id === 'b', status: 429, type: 'es_rejected_execution_exception' });
    const { errors, items } = await putAll(['a', 'b', 'c']);
    expect(errors).toBe(true);
    expect(items.map(({ create }) => [create?._id, create?.status, create?.error?.type])).toEqual([
      ['a', 201, undefined],
      ['b', 429, 'es_rejected_execution_exception'],
      ['c', 201, undefined],
    ]);
    expect([await isKept('a'), await isKept('b'), await isKept('c')]).toEqual([true, false, true]);
  });

  test('fails a whole bulk request item by item', async () => {
    once({ kind: 'items', fails: () => true, status: 503, type: 'unavailable_shards_exception' });
    expect((await putAll(['a', 'b'])).items.map(({ create }) => create?.status)).toEqual([503, 503]);
  });

  test('changes an answer', async () => {
    once({ kind: 'rewrite', change: (answer) => ({ ...(answer as object), cluster_name: 'other' }) });
    expect((await client.info()).cluster_name).toBe('other');
  });

  test('is down, and up again in the same place', async () => {
    await put('1');
    await proxy.down();
    await expect(client.ping()).rejects.toMatchObject({ name: 'ConnectionError' });
    await proxy.up();
    expect(await client.exists({ index, id: '1' })).toBe(true);
  });
});
