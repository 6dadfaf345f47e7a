import fc from 'fast-check';
import { encodeSenderReport, type SenderReport } from 'noveum-proto';

import { createMemoryMetaStore, type MetaStore } from '../meta/index.js';
import { booksOf, createSenders, pageOfSenders, type Senders, type SendersQuery } from './index.js';

const report = (changes: Partial<SenderReport> = {}): SenderReport => ({
  instanceId: '0b7e5a4c-93f1-4d0e-8a52-6f3d2c1b0a99',
  exporter: 'noveum',
  serviceName: 'api',
  project: '',
  sdkVersion: '0.1.0',
  sequence: 1,
  batch: 0,
  createdSpans: 0,
  sampledOutSpans: 0,
  inFlightSpans: 0,
  spooledSpans: 0,
  acknowledgedSpans: 0,
  recoveredSpans: 0,
  retries: 0,
  droppedSpans: {},
  rejectedSpans: {},
  hasEnded: false,
  ...changes,
});

const header = (changes: Partial<SenderReport> = {}): string => encodeSenderReport(report(changes));

const instance = (index: number): string => `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`;

interface World {
  readonly senders: Senders;
  readonly seen: { invalid: number; forgotten: number; failed: boolean[] };
  /** What was put off runs. */
  readonly tick: () => Promise<void>;
  nowMillis: number;
}

const open = (
  store: MetaStore = createMemoryMetaStore(),
  changes: Partial<Parameters<typeof createSenders>[0]> = {},
) => {
  const seen = { invalid: 0, forgotten: 0, failed: [] as boolean[] };
  let task: () => void = () => undefined;
  const world: World = {
    seen,
    nowMillis: 1_795_000_000_000,
    senders: createSenders({
      store,
      collector: 'own',
      isShared: false,
      observe: {
        invalid: () => {
          seen.invalid++;
        },
        forgotten: (count) => {
          seen.forgotten += count;
        },
        saveFailed: (_error, isFirst) => void seen.failed.push(isFirst),
      },
      now: () => world.nowMillis,
      later: (_millis, later) => {
        task = later;
        return () => undefined;
      },
      ...changes,
    }),
    tick: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      task();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return world;
};

it('counts what came beside what the sender says, and a request that comes again once', async () => {
  const { senders } = open();
  senders.heard('shop', header({ sequence: 1, batch: 1, createdSpans: 10 }), 6);
  senders.heard('shop', header({ sequence: 3, batch: 2, createdSpans: 10 }), 3);
  senders.heard('shop', header({ sequence: 2, batch: 1, createdSpans: 9 }), 6);
  const [row, ...others] = await senders.list();
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    receivedSpans: 9,
    repeatedSpans: 6,
    requests: 3,
    report: { sequence: 3, createdSpans: 10 },
  });
});

it('has the project of the key, else that which the sender names, else the default', async () => {
  const { senders } = open();
  senders.heard('shop', header({ project: 'other' }), 0);
  senders.heard(null, header({ project: 'other' }), 0);
  senders.heard(null, header(), 0);
  expect((await senders.list()).map(({ project }) => project).sort()).toEqual(['default', 'other', 'shop']);
});

it.each([['nonsense'], [''], [['two', 'headers']], [42]])(
  'passes over, with a count, a header that is %j',
  async (sent) => {
    const { senders, seen } = open();
    senders.heard('shop', sent, 5);
    expect(seen.invalid).toBe(1);
    expect(await senders.list()).toEqual([]);
  },
);

it('keeps at most so many, and takes from the project that has the most who was heard of longest ago', async () => {
  const { senders, seen } = open(undefined, { maxSenders: 5 });
  senders.heard('quiet', header({ instanceId: instance(100) }), 1);
  for (let index = 0; index < 10; index++) senders.heard('loud', header({ instanceId: instance(index) }), 1);
  const kept = (await senders.list()).map(({ project, report: { instanceId } }) => `${project} ${instanceId}`).sort();
  expect(kept).toEqual([...[6, 7, 8, 9].map((index) => `loud ${instance(index)}`), `quiet ${instance(100)}`]);
  expect(seen.forgotten).toBe(6);
  expect([senders.forgotten('loud'), senders.forgotten('quiet'), senders.forgotten(null)]).toEqual([6, 0, 6]);
  expect(senders.count).toBe(5);
});

it('knows after a restart what it knew before, and goes on from there', async () => {
  const store = createMemoryMetaStore();
  const before = open(store);
  before.senders.heard('shop', header({ sequence: 1, batch: 1 }), 5);
  before.senders.heard('shop', header({ sequence: 2, batch: 2, instanceId: instance(2) }), 1);
  await before.senders.close();
  const after = open(store);
  // Heard before what was kept could be read.
  after.senders.heard('shop', header({ sequence: 3, batch: 7 }), 4);
  await after.tick();
  after.senders.heard('shop', header({ sequence: 4, batch: 1 }), 5);
  const rows = await after.senders.list();
  expect(rows).toHaveLength(2);
  expect(rows.find(({ report: { instanceId } }) => instanceId !== instance(2))).toMatchObject({
    receivedSpans: 9,
    repeatedSpans: 5,
    requests: 3,
  });
});

it('saves what has changed, again where that failed, and nothing else', async () => {
  const store = createMemoryMetaStore();
  const saved: number[] = [];
  let isAway = false;
  const { senders, seen, tick } = open({
    ...store,
    saveSenders: (rows) => {
      saved.push(rows.length);
      return isAway ? Promise.reject(new Error('away')) : store.saveSenders(rows);
    },
  });
  await tick();
  senders.heard('shop', header({ instanceId: instance(1) }), 1);
  senders.heard('shop', header({ instanceId: instance(2) }), 1);
  await tick();
  senders.heard('shop', header({ instanceId: instance(1) }), 1);
  isAway = true;
  await tick();
  await tick();
  isAway = false;
  await tick();
  await tick();
  await senders.close();
  expect(saved).toEqual([2, 1, 1, 1]);
  expect(seen.failed).toEqual([true, false]);
});

it('forgets for good who was not heard of for 30 days', async () => {
  const store = createMemoryMetaStore();
  const world = open(store);
  await world.tick();
  world.senders.heard('shop', header(), 1);
  await world.tick();
  world.nowMillis += 31 * 86_400_000;
  await world.tick();
  expect(await world.senders.list()).toEqual([]);
  expect(await store.listSenders()).toEqual([]);
});

it('puts together what several collectors of one store heard of a sender', async () => {
  const store = createMemoryMetaStore();
  const one = open(store, { isShared: true, collector: 'one' });
  const other = open(store, { isShared: true, collector: 'other' });
  one.senders.heard('shop', header({ sequence: 1, createdSpans: 5 }), 5);
  other.senders.heard('shop', header({ sequence: 2, createdSpans: 8 }), 3);
  await one.senders.close();
  await other.senders.close();
  for (const { senders } of [one, other])
    expect(await senders.list()).toEqual([
      expect.objectContaining({ receivedSpans: 8, report: report({ sequence: 2, createdSpans: 8 }) }),
    ]);
});

const rowOf = (said: Partial<SenderReport>, receivedSpans: number) => ({
  collector: 'own',
  project: 'shop',
  report: report(said),
  receivedSpans,
  repeatedSpans: 0,
  requests: 1,
  firstSeenMillis: 0,
  lastSeenMillis: 0,
  batches: [],
});

it('has books that add up, whatever a sender says', () => {
  const count = fc.nat({ max: 1_000 });
  const reasons = fc.dictionary(fc.constantFrom('a', 'b'), count, { noNullPrototype: true });
  const said = fc.record({
    createdSpans: count,
    sampledOutSpans: count,
    spooledSpans: count,
    acknowledgedSpans: count,
    recoveredSpans: count,
    droppedSpans: reasons,
    rejectedSpans: reasons,
    hasEnded: fc.boolean(),
  });
  fc.assert(
    fc.property(said, count, (each, received) => {
      const books = booksOf(rowOf(each, received));
      expect(Object.values<number>({ ...books }).every((each) => each >= 0)).toBe(true);
      expect(books.created + books.recovered).toBe(books.received + books.sampledOut + books.lost + books.inFlight);
    }),
  );
});

it.each([
  [
    'runs: what is neither received nor given up is on its way',
    { createdSpans: 10, droppedSpans: { full: 2 } },
    5,
    [5, 2, 3],
  ],
  [
    'has ended: what did not come is lost',
    { createdSpans: 10, droppedSpans: { full: 2 }, hasEnded: true },
    5,
    [5, 5, 0],
  ],
  ['left some on its disk', { createdSpans: 10, spooledSpans: 4, hasEnded: true }, 5, [5, 1, 4]],
  ['was told of more than the collector had saved', { createdSpans: 10, acknowledgedSpans: 9 }, 5, [9, 0, 1]],
])('a sender that %s', (_what, said, came, [received, lost, inFlight]) => {
  expect(booksOf(rowOf(said as Partial<SenderReport>, came))).toMatchObject({ received, lost, inFlight });
});

it('is listed in pages that together have every sender once', async () => {
  const world = open();
  for (let index = 0; index < 25; index++) {
    world.nowMillis += index % 3;
    world.senders.heard(
      index % 5 === 0 ? 'other' : 'shop',
      header({ instanceId: instance(index), serviceName: `s${index % 2}` }),
      1,
    );
  }
  const rows = await world.senders.list();
  const query: SendersQuery = {
    project: 'shop',
    service: null,
    instance: null,
    sort: { field: 'last_seen', direction: 'desc' },
    limit: 7,
    offset: 0,
  };
  const seen: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = pageOfSenders(rows, { ...query, ...(cursor === undefined ? {} : { cursor }) });
    expect(page?.total).toBe(20);
    seen.push(...(page?.rows ?? []).map(({ report: { instanceId } }) => instanceId));
    cursor = page?.nextCursor ?? null;
  }
  expect(new Set(seen).size).toBe(20);
  expect(seen).toHaveLength(20);
  expect(pageOfSenders(rows, { ...query, offset: 18 })?.rows).toHaveLength(2);
  expect(pageOfSenders(rows, { ...query, service: 's1' })?.total).toBe(10);
  expect(pageOfSenders(rows, { ...query, cursor: 'nonsense' })).toBeNull();
  expect(pageOfSenders(rows, { ...query, instance: instance(1) })?.rows).toHaveLength(1);
});

it('holds for a store that is away no more than it has senders, of those that had to go', async () => {
  const store = createMemoryMetaStore();
  let isAway = true;
  const gone: number[] = [];
  const world = open(
    {
      ...store,
      saveSenders: (rows) => (isAway ? Promise.reject(new Error('away')) : store.saveSenders(rows)),
      forgetSenders: (rows) => {
        gone.push(rows.length);
        return store.forgetSenders(rows);
      },
    },
    { maxSenders: 3 },
  );
  for (let index = 0; index < 20; index++) world.senders.heard('shop', header({ instanceId: instance(index) }), 1);
  await world.tick();
  isAway = false;
  await world.tick();
  expect(gone).toEqual([3]);
  expect(world.seen.forgotten).toBe(17);
});
