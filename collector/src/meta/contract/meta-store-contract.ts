import { CollectorError } from '../../errors/index.js';
import type { ApiKey, MetaStore, SenderRow } from '../index.js';

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

const sender = (index: number, changes: Partial<SenderRow> = {}): SenderRow => ({
  collector: 'own',
  project: "o'clock \u{1f552}",
  report: {
    instanceId: `0000000000000000${index}`,
    exporter: 'noveum',
    serviceName: 'api',
    project: '',
    sdkVersion: '0.1.0',
    sequence: index,
    batch: 1,
    createdSpans: 3,
    sampledOutSpans: 0,
    inFlightSpans: 0,
    spooledSpans: 0,
    acknowledgedSpans: 3,
    recoveredSpans: 0,
    retries: 0,
    droppedSpans: { queue_full: 1 },
    rejectedSpans: {},
    hasEnded: false,
  },
  receivedSpans: 3,
  repeatedSpans: 0,
  requests: 1,
  firstSeenMillis: 1_795_000_000_000,
  lastSeenMillis: 1_795_000_000_000 + index,
  batches: [1, 2],
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

    test('gives back senders, the latest first, each as it was saved last', async () => {
      await under.store.saveSenders([sender(1), sender(2), sender(3)]);
      await under.store.saveSenders([sender(1, { receivedSpans: 9, lastSeenMillis: 1_795_000_000_009 })]);
      expect(await under.store.listSenders()).toEqual([
        sender(1, { receivedSpans: 9, lastSeenMillis: 1_795_000_000_009 }),
        sender(3),
        sender(2),
      ]);
    });

    test('keeps apart what collectors, projects and exporters say of one instance', async () => {
      const { report } = sender(1);
      const rows = [
        sender(1),
        sender(1, { collector: 'other' }),
        sender(1, { project: 'other' }),
        sender(1, { report: { ...report, exporter: 'otlp' } }),
      ];
      await under.store.saveSenders(rows);
      expect(await under.store.listSenders()).toHaveLength(4);
      await under.store.forgetSenders([sender(1), sender(2)]);
      expect(await under.store.listSenders()).toHaveLength(3);
      expect(await under.store.listSenders()).not.toContainEqual(sender(1));
    });

    test('saves a thousand senders and none', async () => {
      await under.store.saveSenders([]);
      await under.store.forgetSenders([]);
      const rows = Array.from({ length: 1_001 }, (_, at) => sender(at));
      await under.store.saveSenders(rows);
      expect(await under.store.listSenders()).toHaveLength(1_001);
    });

    test('closes twice without complaint', async () => {
      await under.store.close();
      await expect(under.store.close()).resolves.toBeUndefined();
    });

    test('keeps keys and their state over a restart, where it keeps anything', async () => {
      await under.store.addKey(key(1));
      await under.store.addKey(key(2));
      await under.store.revokeKey(hashOf(2));
      await under.store.saveSenders([sender(1)]);
      if (under.reopen === null) return;
      const reopened = await under.reopen();
      expect(await reopened.listKeys()).toEqual([key(1), key(2, { status: 'revoked' })]);
      expect(await reopened.listSenders()).toEqual([sender(1)]);
    });
  });
};
