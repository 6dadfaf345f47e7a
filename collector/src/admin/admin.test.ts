import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAccess } from '../access/index.js';
import { createMemoryMetaStore } from '../meta/index.js';
import {
  type AdminHandlers,
  backupObjection,
  checkNewKey,
  connectAdmin,
  createAdminHandlers,
  createAdminServer,
} from './index.js';

const NOW = Date.parse('2026-11-21T08:00:00.000Z');
const now = () => NOW;
const WANTED = {
  project: 'weather',
  environment: 'dev',
  role: 'ingest',
  expiresAt: '2027-01-31T00:00:00.000Z',
} as const;

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'noveum-admin-'));
  path = join(directory, 'admin.sock');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const handlersOver = async (backup: Parameters<typeof createAdminHandlers>[0]['backup'] = async () => undefined) => {
  const started = await createAccess({
    metaStore: createMemoryMetaStore(),
    shared: null,
    host: 'localhost',
    adminKey: null,
    allowOrigins: [],
    admissions: [],
    now,
    randomBytes,
  });
  if (started.status === 'refused') throw new Error(started.message);
  const rederive = () => Promise.reject(new Error('not expected to derive'));
  const retryDeadLetters = () => Promise.reject(new Error('not expected to retry'));
  return createAdminHandlers({ access: started.access, backup, rederive, retryDeadLetters, now });
};

const client = async (): Promise<AdminHandlers> => {
  const connected = await connectAdmin(path);
  if (connected === null) throw new Error('nobody answers');
  return connected;
};

test('keys are made, listed and revoked through the socket', async () => {
  const server = await createAdminServer({ path, handlers: await handlersOver(), now });
  const admin = await client();
  const made = await admin.createKey(WANTED);
  expect(made.secret).toMatch(/^nv_dev_[A-Za-z0-9]{32}$/);
  expect(await admin.listKeys()).toEqual([made.key]);
  expect(made.key).toMatchObject(WANTED);
  expect(await admin.revokeKey(made.key.hint)).toMatchObject({ status: 'revoked' });
  expect(await admin.revokeKey('nv_dev_none')).toBeNull();
  await server.close();
});

test('the socket is for its owner alone, and gone after the end', async () => {
  const server = await createAdminServer({ path, handlers: await handlersOver(), now });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await Promise.all([server.close(), server.close()]);
  expect(readdirSync(directory)).toEqual([]);
});

test('nobody answers where no collector runs, or one was killed and left its socket', async () => {
  expect(await connectAdmin(path)).toBeNull();
  expect(await connectAdmin(join(directory, 'none', 'admin.sock'))).toBeNull();
  writeFileSync(path, '');
  expect(await connectAdmin(path)).toBeNull();
  const server = await createAdminServer({ path, handlers: await handlersOver(), now });
  expect(await (await client()).listKeys()).toEqual([]);
  await server.close();
});

test('a data directory whose path is too long for a socket works too', async () => {
  const deep = join(directory, 'a'.repeat(80), 'b'.repeat(80));
  mkdirSync(deep, { recursive: true });
  path = join(deep, 'admin.sock');
  const server = await createAdminServer({ path, handlers: await handlersOver(), now });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await (await client()).listKeys()).toEqual([]);
  await server.close();
  expect(readdirSync(deep)).toEqual([]);
});

test('a backup tells its progress, and is marked as whole at its end only', async () => {
  const target = join(directory, 'backup');
  const handlers = await handlersOver(async (to, onProgress) => {
    writeFileSync(join(to, 'meta.sqlite'), 'x');
    onProgress(1, 2);
    expect(await backupObjection(to)).toContain('no whole backup');
    onProgress(2, 2);
  });
  const server = await createAdminServer({ path, handlers, now });
  const seen: [number, number][] = [];
  await (await client()).backup(target, (done, total) => seen.push([done, total]));
  expect(seen).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect(await backupObjection(target)).toBeNull();
  await expect((await client()).backup(target, () => undefined)).rejects.toThrow('must be empty');
  await server.close();
});

test('a second backup at the same time is refused, and one that failed is no hindrance to the next', async () => {
  const { promise, reject } = Promise.withResolvers<undefined>();
  const handlers = await handlersOver((to) => (to.endsWith('one') ? promise : Promise.resolve()));
  const first = handlers.backup(join(directory, 'one'), () => undefined);
  await expect(handlers.backup(join(directory, 'two'), () => undefined)).rejects.toThrow('under way already');
  reject(new Error('disk full'));
  await expect(first).rejects.toThrow('disk full');
  await expect(handlers.backup(join(directory, 'two'), () => undefined)).resolves.toBeUndefined();
});

test('a fault is told with its reason, and so is an end in the middle', async () => {
  const under = Promise.withResolvers<undefined>();
  const handlers: AdminHandlers = {
    ...(await handlersOver()),
    listKeys: () => Promise.reject(new Error('disk gone')),
    revokeKey: () => {
      under.resolve(undefined);
      return new Promise(() => undefined);
    },
  };
  const server = await createAdminServer({ path, handlers, now });
  const admin = await client();
  await expect(admin.listKeys()).rejects.toThrow('disk gone');
  const revoked = admin.revokeKey('x');
  await under.promise;
  await Promise.all([expect(revoked).rejects.toThrow('ended during the call'), server.close()]);
});

test.each(['no json\n', '[]\n', '"x"\n', 'null\n'])(
  'a caller that sends %j is cut off, and the next is served',
  async (line) => {
    const server = await createAdminServer({ path, handlers: await handlersOver(), now });
    await new Promise<void>((resolve) => {
      const socket = connect(path, () => socket.write(line));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve();
      });
      socket.resume();
    });
    expect(await (await client()).listKeys()).toEqual([]);
    await server.close();
  },
);

test('what another version of the command sends is checked, not believed', async () => {
  const server = await createAdminServer({ path, handlers: await handlersOver(), now });
  const admin = await client();
  const wrong = { ...WANTED, role: 'root' } as unknown as typeof WANTED;
  await expect(admin.createKey(wrong)).rejects.toThrow('role must be one of ingest, read, admin, got "root"');
  expect(await admin.listKeys()).toEqual([]);
  await server.close();
});

test('a socket of something else that says nothing sensible is an error, not a hang', async () => {
  const other = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .end('hello\n')
      .resume(),
  );
  await new Promise<void>((resolve) => other.listen(path, resolve));
  await expect((await client()).listKeys()).rejects.toThrow('ended during the call');
  await new Promise((resolve) => other.close(resolve));
});

describe('a key that is asked for', () => {
  const asked = { project: 'weather', environment: 'prod', role: 'read', expires: undefined };

  test.each([
    [undefined, null],
    ['90d', '2027-02-19T08:00:00.000Z'],
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2027-01-31T12:00:00+02:00', '2027-01-31T10:00:00.000Z'],
  ])('may expire: %s → %s', (expires, expiresAt) => {
    expect(checkNewKey({ ...asked, expires }, NOW)).toMatchObject({ status: 'ok', wanted: { expiresAt } });
  });

  test.each(['2026-11-21', '0d', 'tomorrow', '2027', '', 5, '2027-13-45'])('may not expire: %j', (expires) => {
    expect(checkNewKey({ ...asked, expires }, NOW)).toMatchObject({ status: 'invalid' });
  });

  test('is told all that is wrong with it', () => {
    const outcome = checkNewKey({ project: 'a\nb', environment: 'live', role: undefined, expires: 'x' }, NOW);
    expect(outcome).toMatchObject({
      errors: [/^project/, /^env .*"live"/, /^role .*nothing/, /^expires/].map(
        (rule) => expect.stringMatching(rule) as string,
      ),
    });
  });
});
