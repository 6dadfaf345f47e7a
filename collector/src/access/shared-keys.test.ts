import { randomBytes } from 'node:crypto';

import { CollectorError } from '../errors/index.js';
import { type ApiKey, createMemoryMetaStore, type MetaStore } from '../meta/index.js';
import {
  type AccessOptions,
  type AccessRequest,
  createAccess,
  type KeyLookUp,
  type KeysCopy,
  type SharedKeysOptions,
} from './index.js';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T08:00:00.000Z');

const away = (): never => {
  throw new CollectorError({ code: 'STORE_UNAVAILABLE', message: 'away' });
};

/** Two collectors' common store, which can be away, and a clock that is moved by hand. */
const createWorld = () => {
  const store = createMemoryMetaStore();
  let isAway = false;
  let millis = NOW;
  let copy: KeysCopy | null = null;
  let lookups = 0;
  const outcomes: Partial<Record<KeyLookUp, number>> = {};
  let tasks: { readonly at: number; readonly run: () => void }[] = [];
  const reachable = (): MetaStore => (isAway ? away() : store);
  const metaStore: MetaStore = {
    ...store,
    addKey: async (key) => reachable().addKey(key),
    findKey: async (hash) => {
      lookups++;
      return reachable().findKey(hash);
    },
    listKeys: async () => reachable().listKeys(),
    revokeKey: async (named) => reachable().revokeKey(named),
    close: () => Promise.resolve(),
  };
  const shared: SharedKeysOptions = {
    refreshMillis: 5_000,
    maxAgeMillis: HOUR,
    firstWaitMillis: 1_000,
    kept: {
      read: () => Promise.resolve(copy),
      write: (next) => {
        copy = next;
        return Promise.resolve();
      },
    },
    onLookUp: (outcome) => {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    },
    now: () => millis,
    later: (after, run) => {
      const task = { at: millis + after, run };
      tasks.push(task);
      return () => {
        tasks = tasks.filter((other) => other !== task);
      };
    },
  };
  const start = (changes: Partial<AccessOptions> = {}) =>
    createAccess({
      metaStore,
      shared,
      host: '127.0.0.1',
      adminKey: null,
      allowOrigins: [],
      admissions: [],
      now: () => millis,
      randomBytes,
      ...changes,
    });
  return {
    metaStore,
    lookups: () => lookups,
    outcomes: () => outcomes,
    setAway: (on: boolean) => {
      isAway = on;
    },
    pass: async (by: number) => {
      const end = millis + by;
      for (;;) {
        const [next] = tasks.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        tasks = tasks.filter((task) => task !== next);
        millis = next.at;
        next.run();
        await new Promise(setImmediate);
      }
      millis = end;
    },
    start,
    ready: async (changes: Partial<AccessOptions> = {}) => {
      const started = await start(changes);
      if (started.status === 'refused') throw new Error(started.message);
      return started.access;
    },
  };
};

const WANTED = { project: 'p', environment: 'dev', role: 'ingest', expiresAt: null } as const;
const from = (headers: Record<string, string> = {}): AccessRequest => ({
  headers: { host: '127.0.0.1:4318', ...headers },
  remoteAddress: '127.0.0.1',
});
const bearer = (secret: string) => from({ authorization: `Bearer ${secret}` });
const UNAVAILABLE = { status: 'denied', code: 'STORE_UNAVAILABLE', retryAfterSeconds: 5 };

test('what one collector makes another takes at once, and what it revokes within one look', async () => {
  const world = createWorld();
  const [one, other] = [await world.ready(), await world.ready()];
  expect([one.mode(), other.mode()]).toEqual(['off', 'off']);
  const { secret, key } = await one.createKey(WANTED);
  expect(await other.check(bearer(secret), 'ingest')).toMatchObject({ status: 'allowed' });
  await world.pass(5_000);
  expect(other.mode()).toBe('keys');
  expect(await other.check(bearer(secret), 'ingest')).toMatchObject({ principal: { project: 'p' } });
  await one.revokeKey(key.hint);
  await world.pass(5_000);
  expect(await other.check(bearer(secret), 'ingest')).toMatchObject({ code: 'UNAUTHORIZED' });
});

test('while the store is away known keys go on, up to their age, and others are asked to come again', async () => {
  const world = createWorld();
  const access = await world.ready();
  const { secret } = await access.createKey(WANTED);
  await world.pass(5_000);
  world.setAway(true);
  await world.pass(HOUR);
  expect(await access.check(bearer(secret), 'ingest')).toMatchObject({ status: 'allowed' });
  expect(await access.check(bearer('nv_dev_other'), 'ingest')).toMatchObject(UNAVAILABLE);
  expect(await access.check(from(), 'ingest')).toMatchObject({ code: 'UNAUTHORIZED' });
  await world.pass(1);
  expect(await access.check(bearer(secret), 'ingest')).toMatchObject(UNAVAILABLE);
  world.setAway(false);
  expect(await access.check(bearer(secret), 'ingest')).toMatchObject({ status: 'allowed' });
  expect(await access.check(bearer('nv_dev_other'), 'ingest')).toMatchObject({ code: 'UNAUTHORIZED' });
});

test('a start while the store is away knows the keys of the last run', async () => {
  const world = createWorld();
  const { secret } = await (await world.ready()).createKey(WANTED);
  world.setAway(true);
  const access = await world.ready();
  expect(access.mode()).toBe('keys');
  expect(await access.check(bearer(secret), 'ingest')).toMatchObject({ status: 'allowed' });
});

test('a first start while the store is away lets nobody in but the configured key, and says to come again', async () => {
  const world = createWorld();
  world.setAway(true);
  const adminKey = 'nv_prod_0123456789abcdefghijABCDEFGHIJ01';
  const access = await world.ready();
  expect([access.mode(), access.keyCount()]).toEqual(['keys', null]);
  expect(await access.check(from(), 'ingest')).toMatchObject(UNAVAILABLE);
  expect(await access.check(bearer('nv_dev_any'), 'ingest')).toMatchObject(UNAVAILABLE);
  const configured = await world.ready({ adminKey });
  expect(await configured.check(bearer(adminKey), 'ingest')).toMatchObject({ status: 'allowed' });
  world.setAway(false);
  await world.pass(5_000);
  expect(access.mode()).toBe('off');
  expect(await access.check(from(), 'ingest')).toMatchObject({ status: 'allowed' });
});

test('beyond this machine, that there are no keys opens nothing, however late it is learned', async () => {
  expect(await createWorld().start({ host: '0.0.0.0' })).toMatchObject({ status: 'refused' });
  const world = createWorld();
  world.setAway(true);
  const access = await world.ready({ host: '0.0.0.0' });
  world.setAway(false);
  await world.pass(5_000);
  expect(access.mode()).toBe('keys');
  expect(await access.check(from(), 'read')).toMatchObject({ code: 'UNAUTHORIZED' });
});

test('a key that was made is told, though the store goes away before it is looked at', async () => {
  const world = createWorld();
  const access = await world.ready({
    metaStore: {
      ...world.metaStore,
      addKey: async (key) => {
        await world.metaStore.addKey(key);
        world.setAway(true);
      },
    },
  });
  const { secret } = await access.createKey(WANTED);
  world.setAway(false);
  await world.pass(5_000);
  expect(await access.check(bearer(secret), 'ingest')).toMatchObject({ status: 'allowed' });
});

test('guessing costs the store little: an unknown key is asked for once in a while, and few at a time', async () => {
  const world = createWorld();
  const access = await world.ready();
  await access.createKey(WANTED);
  for (let times = 0; times < 10; times++) await access.check(bearer('nv_dev_same'), 'read');
  expect(world.lookups()).toBe(1);
  const many = Array.from({ length: 33 }, (_, at) => access.check(bearer(`nv_dev_${at}`), 'read'));
  const codes = (await Promise.all(many)).map((outcome) => (outcome.status === 'denied' ? outcome.code : 'allowed'));
  expect(codes.filter((code) => code === 'STORE_UNAVAILABLE')).toHaveLength(1);
  expect(world.lookups()).toBe(33);
  expect(world.outcomes()).toEqual({ unknown: 33, refused: 1 });
  world.setAway(true);
  await access.check(bearer('nv_dev_while_away'), 'read');
  expect(world.outcomes()).toMatchObject({ failed: 1 });
});

test('of unknown keys 10,000 are remembered: at one more they are forgotten, which is counted', async () => {
  const world = createWorld();
  const access = await world.ready();
  await access.createKey(WANTED);
  for (let at = 0; at < 10_000; at++) await access.check(bearer(`nv_dev_${at}`), 'read');
  await access.check(bearer('nv_dev_0'), 'read');
  expect(world.outcomes()).toEqual({ unknown: 10_000 });
  await access.check(bearer('nv_dev_one_more'), 'read');
  expect(world.outcomes()).toEqual({ unknown: 10_001, forgotten: 1 });
  await access.check(bearer('nv_dev_0'), 'read');
  expect(world.outcomes()).toEqual({ unknown: 10_002, forgotten: 1 });
});

test('a copy holds hashes, and at most as many keys as are held', async () => {
  const world = createWorld();
  const keyOf = (at: number): ApiKey => ({
    ...{ hash: at.toString(16).padStart(64, '0'), hint: `nv_dev_${at}`, project: 'p', environment: 'dev' },
    ...{ role: 'read', status: 'active', createdAt: '2026-11-21T00:00:00.000Z', expiresAt: null },
  });
  for (let at = 0; at < 10_001; at++) await world.metaStore.addKey(keyOf(at));
  const access = await world.ready();
  expect(access.keyCount()).toBe(10_000);
  access.close();
});
