import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { startFaultProxy } from '../support/fault-proxy/index.js';
import type { ApiKey, MetaStore } from '../../src/meta/index.js';
import { describeMetaStore } from '../../src/meta/contract/meta-store-contract.js';
import { connect } from '../../src/store/elasticsearch/client/index.js';
import { openElasticsearchMetaStore } from '../../src/store/elasticsearch/meta/index.js';

const keyOf = (index: number, changes: Partial<ApiKey> = {}): ApiKey => ({
  hash: index.toString(16).padStart(64, '0'),
  hint: `nv_dev_${index}`,
  project: 'p',
  environment: 'dev',
  role: 'read',
  status: 'active',
  createdAt: '2026-11-21T00:00:00.000Z',
  expiresAt: null,
  ...changes,
});

describeWithElasticsearch('keys in an index', (cluster) => {
  const open = (index: string, client = cluster.client()): MetaStore =>
    openElasticsearchMetaStore({ client, index, nowMillis: Date.now });

  describeMetaStore('elasticsearch', async () => {
    const index = `${cluster.freshPrefix()}-meta`;
    return {
      store: open(index),
      reopen: async () => open(index),
      dispose: async () => {
        await cluster.client().indices.delete({ index, ignore_unavailable: true });
      },
    };
  });

  test('are shared: what one collector makes or revokes, another has at once', async () => {
    const index = `${cluster.freshPrefix()}-meta`;
    const [one, other] = [open(index), open(index)];
    expect(await other.listKeys()).toEqual([]);
    await one.addKey(keyOf(1));
    expect(await other.findKey(keyOf(1).hash)).toEqual(keyOf(1));
    expect(await other.listKeys()).toEqual([keyOf(1)]);
    await other.revokeKey(keyOf(1).hint);
    expect(await one.findKey(keyOf(1).hash)).toMatchObject({ status: 'revoked' });
    expect(await one.listKeys()).toMatchObject([{ status: 'revoked' }]);
  });

  test('survive two collectors that start, and add the same key, at once', async () => {
    const index = `${cluster.freshPrefix()}-meta`;
    const stores = Array.from({ length: 6 }, () => open(index));
    const outcomes = await Promise.allSettled(stores.map((store) => store.addKey(keyOf(1))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    for (const reason of codes) expect(reason).toMatchObject({ code: 'CONFLICT' });
    expect(await stores[0]!.listKeys()).toEqual([keyOf(1)]);
  });

  test('are listed whole where they are more than a page', async () => {
    const index = `${cluster.freshPrefix()}-meta`;
    const store = open(index);
    await store.addKey(keyOf(0));
    const { _source } = await cluster.client().get<object>({ index, id: keyOf(0).hash });
    const operations = Array.from({ length: 2_000 }, (_, at) => {
      const { hash } = keyOf(at + 1);
      return [{ create: { _index: index, _id: hash } }, { ..._source, hash }];
    }).flat();
    expect(await cluster.client().bulk({ operations, refresh: true })).toMatchObject({ errors: false });
    const listed = await store.listKeys();
    expect(listed.map(({ hash }) => hash)).toEqual(Array.from({ length: 2_001 }, (_, at) => keyOf(at).hash));
  });

  test('take a project name of any length and any text as a hint that nobody has', async () => {
    const store = open(`${cluster.freshPrefix()}-meta`);
    const key = keyOf(1, { project: 'ü'.repeat(40_000) });
    await store.addKey(key);
    expect(await store.findKey(key.hash)).toEqual(key);
    for (const text of ['x'.repeat(600), '*', '../_all', 'a b"\\\u0000']) {
      expect(await store.findKey(text)).toBeNull();
      expect(await store.revokeKey(text)).toBeNull();
    }
    expect(await store.findKey(key.hash)).toMatchObject({ status: 'active' });
  });

  test('are unavailable, which is told without a word of them, while the cluster is; and then there again', async () => {
    const proxy = await startFaultProxy({ target: cluster.url() });
    const client = connect({ ...cluster.connection(), nodes: [proxy.url] });
    const store = open(`${cluster.freshPrefix()}-meta`, client);
    await proxy.down();
    const fault = await store.addKey(keyOf(1)).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'Elasticsearch could not be reached (keys)' });
    await expect(store.findKey(keyOf(1).hash)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await proxy.up();
    await store.addKey(keyOf(1));
    expect(await store.findKey(keyOf(1).hash)).toEqual(keyOf(1));
    proxy.use(() => ({ kind: 'status', status: 503 }));
    await expect(store.findKey(keyOf(1).hash)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await client.close();
    await proxy.close();
  });

  test('in an index that a later version has made are left alone', async () => {
    const index = `${cluster.freshPrefix()}-meta`;
    await cluster.client().indices.create({ index, mappings: { _meta: { version: 99 } } });
    await expect(open(index).listKeys()).rejects.toThrow('is of version 99, and this collector knows version 2');
  });
});
