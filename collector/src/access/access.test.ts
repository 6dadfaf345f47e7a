import { createHash, randomBytes } from 'node:crypto';

import { type ApiKey, createMemoryMetaStore, type MetaStore } from '../meta/index.js';
import {
  type Access,
  type AccessOptions,
  type AccessRequest,
  createAccess,
  isLoopbackHost,
  type NewKey,
} from './index.js';

const NOW = Date.parse('2026-11-21T08:00:00.000Z');
const ADMIN_KEY = 'nv_prod_0123456789abcdefghijABCDEFGHIJ01';

const start = async (changes: Partial<AccessOptions> = {}): Promise<Access> => {
  const started = await createAccess({
    metaStore: createMemoryMetaStore(),
    shared: null,
    host: '127.0.0.1',
    adminKey: null,
    allowOrigins: [],
    admissions: [],
    now: () => NOW,
    randomBytes,
    ...changes,
  });
  if (started.status === 'refused') throw new Error(started.message);
  return started.access;
};

const wanted = (changes: Partial<NewKey> = {}): NewKey => ({
  project: 'weather',
  environment: 'dev',
  role: 'admin',
  expiresAt: null,
  ...changes,
});

const from = (headers: Record<string, string>, remoteAddress = '127.0.0.1'): AccessRequest => ({
  headers: { host: '127.0.0.1:4318', ...headers },
  remoteAddress,
});
const bearer = (secret: string): AccessRequest => from({ authorization: `Bearer ${secret}` });
const basic = (pair: string): AccessRequest => from({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

const ALLOWED = { status: 'allowed' };
const denied = (code: string) => ({ status: 'denied', code });

describe('a key', () => {
  test('has the form of the contract and is kept as its SHA-256 only', async () => {
    const metaStore = createMemoryMetaStore();
    const access = await start({ metaStore });
    const { secret, key } = await access.createKey(wanted({ environment: 'prod' }));
    expect(secret).toMatch(/^nv_prod_[A-Za-z0-9]{32}$/);
    expect(key.hash).toBe(createHash('sha256').update(secret).digest('hex'));
    expect(key).toMatchObject({ hint: secret.slice(0, 14), createdAt: '2026-11-21T08:00:00.000Z', status: 'active' });
    expect(JSON.stringify(await metaStore.listKeys())).not.toContain(secret);
  });

  test('is made of letters that are equally likely', async () => {
    // Bytes 248–255 would repeat the alphabet's beginning: they are left out, and more are drawn.
    const draws = [
      Uint8Array.from({ length: 32 }, (_, at) => 248 + (at % 8)),
      Uint8Array.from({ length: 32 }, (_, at) => at),
    ];
    const access = await start({ randomBytes: () => draws.shift() ?? new Uint8Array(32) });
    expect((await access.createKey(wanted())).secret).toBe('nv_dev_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef');
  });

  test.each([
    ['Bearer', (secret: string) => bearer(secret)],
    ['bearer in any case', (secret: string) => from({ authorization: `bEARER ${secret}` })],
    ['x-api-key', (secret: string) => from({ 'x-api-key': secret })],
    ['the password of Basic', (secret: string) => basic(`pk-lf-1:${secret}`)],
    ['the user of Basic, where it is alone', (secret: string) => basic(`${secret}:`)],
    [
      'x-api-key beside an authorization of another scheme',
      (secret: string) => from({ authorization: 'Digest x', 'x-api-key': secret }),
    ],
  ])('is taken as %s', async (_, request) => {
    const access = await start();
    const { secret, key } = await access.createKey(wanted());
    expect(await access.check(request(secret), 'read')).toEqual({
      status: 'allowed',
      principal: { project: 'weather', environment: 'dev', role: 'admin', keyId: key.hint },
    });
  });

  test.each([
    ['none', from({})],
    ['an unknown one', bearer('nv_dev_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')],
    ['an empty one', from({ 'x-api-key': '' })],
    ['an endless one', bearer('a'.repeat(100_000))],
    ['another scheme', from({ authorization: 'Digest abc' })],
  ])('is needed once there is one: %s is refused', async (_, request) => {
    const access = await start();
    await access.createKey(wanted());
    expect(await access.check(request, 'ingest')).toMatchObject(denied('UNAUTHORIZED'));
  });

  test('is refused from the moment of its expiry', async () => {
    let now = NOW;
    const access = await start({ now: () => now });
    const { secret } = await access.createKey(wanted({ expiresAt: '2026-11-21T09:00:00.000Z' }));
    expect(await access.check(bearer(secret), 'read')).toMatchObject(ALLOWED);
    now = Date.parse('2026-11-21T09:00:00.000Z');
    expect(await access.check(bearer(secret), 'read')).toMatchObject(denied('UNAUTHORIZED'));
  });

  test.each([
    ['its hash', (_secret: string, key: ApiKey) => key.hash],
    ['its beginning', (_secret: string, key: ApiKey) => key.hint],
    ['itself', (secret: string) => secret],
  ])('is refused at once when revoked by %s, and keyless mode does not come back', async (_, name) => {
    const access = await start();
    const { secret, key } = await access.createKey(wanted());
    expect(await access.check(bearer(secret), 'read')).toMatchObject(ALLOWED);
    expect(await access.revokeKey(name(secret, key))).toMatchObject({ status: 'revoked' });
    expect(await access.check(bearer(secret), 'read')).toMatchObject(denied('UNAUTHORIZED'));
    expect(await access.check(from({}), 'read')).toMatchObject(denied('UNAUTHORIZED'));
  });

  test('of the configuration is an admin of every project', async () => {
    const access = await start({ adminKey: ADMIN_KEY, host: '0.0.0.0' });
    expect(access.mode()).toBe('keys');
    expect(await access.check(bearer(ADMIN_KEY), 'admin')).toMatchObject({
      status: 'allowed',
      principal: { project: null, role: 'admin' },
    });
    expect(await access.check(bearer(`${ADMIN_KEY}x`), 'admin')).toMatchObject(denied('UNAUTHORIZED'));
  });

  test('beyond those in memory is still found', async () => {
    const store = createMemoryMetaStore();
    const first = await start({ metaStore: store });
    const { secret } = await first.createKey(wanted());
    const many = Array.from({ length: 10_001 }, (_, at): ApiKey => ({
      ...wanted(),
      hash: `h${at}`,
      hint: `h${at}`,
      status: 'active',
      createdAt: '2026-11-22T00:00:00.000Z',
    }));
    for (const key of many) await store.addKey(key);
    const access = await start({ metaStore: store });
    expect(access.keyCount()).toBe(10_000);
    expect(await access.check(bearer(secret), 'read')).toMatchObject(ALLOWED);
    expect(await access.check(bearer('unknown'), 'read')).toMatchObject(denied('UNAUTHORIZED'));
  });

  test('that is unknown costs no read of the store', async () => {
    const store = createMemoryMetaStore();
    let reads = 0;
    const counting: MetaStore = { ...store, findKey: (hash) => (reads++, store.findKey(hash)) };
    const access = await start({ metaStore: counting });
    await access.createKey(wanted());
    for (let at = 0; at < 10; at++) await access.check(bearer(`guess-${at}`), 'read');
    expect(reads).toBe(0);
  });
});

test.each([
  ['ingest', ['ingest']],
  ['read', ['read']],
  ['admin', ['ingest', 'read', 'admin']],
] as const)('the role %s may %j and nothing else', async (role, permissions) => {
  const access = await start();
  const { secret } = await access.createKey(wanted({ role }));
  for (const need of ['ingest', 'read', 'admin'] as const)
    expect([need, await access.check(bearer(secret), need)]).toMatchObject([
      need,
      (permissions as readonly string[]).includes(need) ? ALLOWED : denied('FORBIDDEN'),
    ]);
});

describe('without keys', () => {
  test.each([
    ['curl', {}],
    ['a key that is sent, which is ignored', { authorization: 'Bearer whatever' }],
    ['localhost', { host: 'LocalHost:4318' }],
    ['all of 127.0.0.0/8', { host: '127.9.9.9' }],
    ['IPv6', { host: '[::1]:4318' }],
    ['a page of this machine', { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' }],
    ['a page that is allowed by name', { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' }],
    [
      'a link that a person follows',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    ],
  ])('passes: %s', async (_, headers) => {
    const access = await start({ allowOrigins: ['https://app.example.com'] });
    expect(access.mode()).toBe('off');
    expect(await access.check(from(headers), 'admin')).toEqual({
      status: 'allowed',
      principal: { project: null, environment: null, role: 'admin', keyId: null },
    });
  });

  test.each([
    ['a name that was made to point here', { host: 'evil.example:4318' }],
    ['a name that begins like this machine', { host: '127.0.0.1.evil.example' }],
    ['a name that ends like this machine', { host: 'evil.localhost' }],
    ['user information in the Host', { host: 'localhost@evil.example' }],
    ['an empty Host', { host: '' }],
    ['another site', { origin: 'https://evil.example' }],
    ['an Origin that hides itself', { origin: 'null' }],
    ['an Origin that begins like an allowed one', { origin: 'https://app.example.com.evil.example' }],
    ['a cross-site fetch without Origin', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['Forwarded', { forwarded: 'for=1.2.3.4' }],
    ['X-Forwarded-For', { 'x-forwarded-for': '1.2.3.4' }],
    ['X-Forwarded-Anything', { 'x-forwarded-anything': '1' }],
    ['X-Real-IP', { 'x-real-ip': '1.2.3.4' }],
    ['Via', { via: '1.1 proxy' }],
  ])('refuses: %s', async (_, headers) => {
    const access = await start({ allowOrigins: ['https://app.example.com'] });
    const outcome = await access.check(from(headers), 'ingest');
    expect(outcome).toMatchObject({
      ...denied('FORBIDDEN'),
      message: expect.stringContaining('without keys') as string,
    });
    expect(JSON.stringify(outcome)).not.toMatch(/evil|1\.2\.3\.4/);
  });

  test('refuses a caller from another machine, and a request without Host', async () => {
    const access = await start();
    expect(await access.check(from({}, '192.168.1.7'), 'read')).toMatchObject(denied('FORBIDDEN'));
    expect(await access.check({ headers: {}, remoteAddress: '127.0.0.1' }, 'read')).toMatchObject(denied('FORBIDDEN'));
    expect(await access.check(from({}, '::ffff:127.0.0.1'), 'read')).toMatchObject(ALLOWED);
  });

  test('the first key ends it at once', async () => {
    const access = await start();
    expect(await access.check(from({}), 'ingest')).toMatchObject(ALLOWED);
    await access.createKey(wanted());
    expect(access.mode()).toBe('keys');
    expect(await access.check(from({}), 'ingest')).toMatchObject(denied('UNAUTHORIZED'));
  });

  test.each(['0.0.0.0', '::', '192.168.1.7', 'example.com'])(
    'listening on %s is refused with the cure',
    async (host) => {
      const started = await createAccess({
        metaStore: createMemoryMetaStore(),
        shared: null,
        host,
        adminKey: null,
        allowOrigins: [],
        admissions: [],
        now: () => NOW,
        randomBytes,
      });
      expect(started).toMatchObject({
        status: 'refused',
        message: expect.stringMatching(/keys create.*ADMIN_KEY/) as string,
      });
    },
  );
});

test('admissions are asked in order after the key, and the first that denies ends it', async () => {
  const asked: string[] = [];
  const access = await start({
    admissions: [
      ({ project }, need) => {
        asked.push(`audit ${project ?? '-'} ${need}`);
        return { status: 'admitted' };
      },
      () => ({ status: 'denied', code: 'RATE_LIMITED', message: 'too many requests', retryAfterSeconds: 3 }),
      () => {
        asked.push('never');
        return { status: 'admitted' };
      },
    ],
  });
  const { secret } = await access.createKey(wanted());
  expect(await access.check(bearer(secret), 'ingest')).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 3 });
  expect(await access.check(bearer('unknown'), 'ingest')).toMatchObject(denied('UNAUTHORIZED'));
  expect(asked).toEqual(['audit weather ingest']);
});

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.255.0.3', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['128.0.0.1', false],
  ['127.0.0.1.example.com', false],
  ['', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
