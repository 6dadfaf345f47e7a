import { CollectorError } from '../../errors/index.js';
import type { ApiKey, MetaStore } from '../index.js';

export interface MetaStoreUnderTest {
  readonly store: MetaStore;
  /** Closes and opens again, for stores that keep what they hold; null: this one doesn't. */
  readonly reopen: (() => Promise<MetaStore>) | null;
  readonly dispose: () => Promise<void>;
}

const hashOf = (index: number): string => index.toString(16).padStart(64, '0');

const key = (index: number, changes: Partial<ApiKey> = {}): ApiKey => ({
  hash: hashOf(index),
  hint: `nv_dev_abc${index}`,
  project: 'weather',
  environment: 'dev',
  role: 'ingest',
  status: 'active',
  createdAt: new Date(1_795_000_000_000 + index * 1_000).toISOString(),
  expiresAt: null,
  ...changes,
});

/** What every `MetaStore` must do. */
export const describeMetaStore = (name: string, open: () => Promise<MetaStoreUnderTest>): void => {
  describe(`${name} meta store`, () => {
    let under: MetaStoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.dispose());

    test('gives back a key as it was added', async () => {
      const added = key(1, { project: "o'clock \u{1f552}", role: 'admin', expiresAt: '2027-01-01T00:00:00.000Z' });
      await under.store.addKey(added);
      expect(await under.store.findKey(added.hash)).toEqual(added);
    });

    test('knows no key that was not added', async () => {
      await under.store.addKey(key(1));
      expect(await under.store.findKey(hashOf(2))).toBeNull();
      expect(await under.store.findKey('')).toBeNull();
    });

    test('rejects a hash that is there already and keeps the first', async () => {
      await under.store.addKey(key(1));
      const again = await under.store.addKey(key(1, { project: 'other' })).catch((error: unknown) => error);
      expect(again).toBeInstanceOf(CollectorError);
      expect(again).toMatchObject({ code: 'CONFLICT' });
      expect(await under.store.findKey(hashOf(1))).toMatchObject({ project: 'weather' });
    });

    test('lists oldest first, whatever the order of adding, and of one time in the order of adding', async () => {
      const { createdAt } = key(3);
      for (const one of [key(3), key(1), key(9, { createdAt }), key(2)]) await under.store.addKey(one);
      expect((await under.store.listKeys()).map(({ hash }) => hash)).toEqual([1, 2, 3, 9].map(hashOf));
    });

    test('revokes by hash and by hint, and twice is no error', async () => {
      await under.store.addKey(key(1));
      await under.store.addKey(key(2));
      expect(await under.store.revokeKey(hashOf(1))).toEqual(key(1, { status: 'revoked' }));
      expect(await under.store.revokeKey(key(2).hint)).toEqual(key(2, { status: 'revoked' }));
      expect(await under.store.revokeKey(hashOf(1))).toEqual(key(1, { status: 'revoked' }));
      expect((await under.store.listKeys()).map(({ status }) => status)).toEqual(['revoked', 'revoked']);
    });

    test('revokes nothing by a hint that fits two keys, or none', async () => {
      await under.store.addKey(key(1, { hint: 'nv_dev_same' }));
      await under.store.addKey(key(2, { hint: 'nv_dev_same' }));
      expect(await under.store.revokeKey('nv_dev_same')).toBeNull();
      expect(await under.store.revokeKey('nv_dev_')).toBeNull();
      expect((await under.store.listKeys()).map(({ status }) => status)).toEqual(['active', 'active']);
    });

    test('closes twice without complaint', async () => {
      await under.store.close();
      await expect(under.store.close()).resolves.toBeUndefined();
    });

    test('keeps keys and their state over a restart, where it keeps anything', async () => {
      await under.store.addKey(key(1));
      await under.store.addKey(key(2));
      await under.store.revokeKey(hashOf(2));
      if (under.reopen === null) return;
      const reopened = await under.reopen();
      expect(await reopened.listKeys()).toEqual([key(1), key(2, { status: 'revoked' })]);
    });
  });
};
