import { CollectorError } from '../errors/index.js';
import { describeMetaStore } from './contract/meta-store-contract.js';
import { type ApiKey, createMemoryMetaStore, type MetaStore, mirrorMetaStore } from './index.js';

describeMetaStore('mirrored', async () => ({
  store: mirrorMetaStore(createMemoryMetaStore(), createMemoryMetaStore()),
  reopen: null,
  dispose: async () => undefined,
}));

const keyOf = (hash: string): ApiKey => ({
  hash,
  hint: `nv_dev_${hash}`,
  project: 'p',
  environment: 'dev',
  role: 'ingest',
  status: 'active',
  createdAt: '2026-11-21T00:00:00.000Z',
  expiresAt: null,
});

/** A store that can be away. */
const failing = (store: MetaStore) => {
  let problem: Error | null = null;
  const reach = <T>(work: () => Promise<T>) => (problem === null ? work() : Promise.reject(problem));
  return {
    fail: (error: Error | null) => {
      problem = error;
    },
    store: {
      addKey: (key: ApiKey) => reach(() => store.addKey(key)),
      findKey: (hash: string) => reach(() => store.findKey(hash)),
      listKeys: () => reach(() => store.listKeys()),
      revokeKey: (named: string) => reach(() => store.revokeKey(named)),
      close: () => store.close(),
    } satisfies MetaStore,
  };
};
const AWAY = new CollectorError({ code: 'STORE_UNAVAILABLE', message: 'away' });

test('what the shared store last said counts while it is away, and over a restart', async () => {
  const [elsewhere, local] = [createMemoryMetaStore(), createMemoryMetaStore()];
  const shared = failing(elsewhere);
  await elsewhere.addKey(keyOf('a'));
  await elsewhere.addKey(keyOf('b'));
  const first = mirrorMetaStore(shared.store, local);
  await first.listKeys();
  await elsewhere.revokeKey('b');
  await first.listKeys();
  shared.fail(AWAY);
  const second = mirrorMetaStore(shared.store, local);
  expect(await second.listKeys()).toEqual([keyOf('a'), { ...keyOf('b'), status: 'revoked' }]);
  expect(await second.findKey('a')).toEqual(keyOf('a'));
  expect(await second.findKey('b')).toMatchObject({ status: 'revoked' });
  shared.fail(null);
  await elsewhere.addKey(keyOf('c'));
  expect(await second.listKeys()).toHaveLength(3);
});

test('nothing is changed while the shared store is away', async () => {
  const [elsewhere, local] = [createMemoryMetaStore(), createMemoryMetaStore()];
  const shared = failing(elsewhere);
  const store = mirrorMetaStore(shared.store, local);
  await store.addKey(keyOf('a'));
  shared.fail(AWAY);
  await expect(store.addKey(keyOf('b'))).rejects.toBe(AWAY);
  await expect(store.revokeKey('a')).rejects.toBe(AWAY);
  expect(await store.listKeys()).toEqual([keyOf('a')]);
});

test('a fault that is no absence is not covered up', async () => {
  const shared = failing(createMemoryMetaStore());
  const store = mirrorMetaStore(shared.store, createMemoryMetaStore());
  shared.fail(new Error('ours'));
  await expect(store.listKeys()).rejects.toThrow('ours');
  await expect(store.findKey('a')).rejects.toThrow('ours');
});
