import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAccess } from '../access/index.js';
import { ConfigurationError, dataPathsOf } from '../config/index.js';
import { lockDirectory } from '../journal/index.js';
import { createMemoryMetaStore, openEmbeddedMetaStore } from '../meta/index.js';
import { type RunningCollector, runCommand, type StartCollector, type World } from './index.js';

let directory: string;
let dataDir: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'noveum-commands-'));
  dataDir = join(directory, 'data');
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(directory, { recursive: true });
});

const NEVER = new AbortController().signal;

const noCollector: StartCollector = () => Promise.reject(new Error('not expected to start'));

/** A process as the commands see it: what it wrote, and a way to send it signals. */
const createWorld = (changes: Partial<World> = {}) => {
  const out: string[] = [];
  const said: string[] = [];
  let waiting: (() => void)[] = [];
  const listening = Promise.withResolvers<undefined>();
  const world: World = {
    env: {},
    readFile: (path) => readFileSync(path, 'utf8'),
    now: Date.now,
    out: (line) => {
      out.push(line);
      listening.resolve(undefined);
    },
    say: (line) => {
      said.push(line);
    },
    isTerminal: false,
    stopSignal: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    startCollector: noCollector,
    openKeys: ({ dataDir: path }) => Promise.resolve(openEmbeddedMetaStore({ path: dataPathsOf(path).meta })),
    rederiveStored: () => Promise.reject(new Error('not expected to derive')),
    listDeadLetters: () => Promise.resolve([]),
    migrateStored: () => Promise.reject(new Error('not expected to migrate')),
    show: () => undefined,
    ...changes,
  };
  const signal = () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  return { world, out, said, signal, listening: listening.promise };
};

const run = async (argv: readonly string[], changes: Partial<World> = {}) => {
  const { world, out, said } = createWorld(changes);
  const code = await runCommand([...argv, '--data-dir', dataDir], world);
  return { code, out, said: said.join('\n') };
};

const fakeCollector =
  (changes: Partial<RunningCollector> = {}): StartCollector =>
  async ({ dataDir: path }) => {
    mkdirSync(path, { recursive: true });
    const started = await createAccess({
      metaStore: createMemoryMetaStore(),
      shared: null,
      host: 'localhost',
      adminKey: null,
      allowOrigins: [],
      admissions: [],
      now: Date.now,
      randomBytes,
    });
    if (started.status === 'refused') throw new Error(started.message);
    return {
      http: 'http://127.0.0.1:5',
      grpc: '127.0.0.1:6',
      access: started.access,
      backup: async (to) => {
        writeFileSync(join(to, 'meta.sqlite'), 'running');
      },
      rederive: () => Promise.reject(new Error('not expected to derive')),
      retryDeadLetters: () => Promise.reject(new Error('not expected to retry')),
      close: async () => undefined,
      ...changes,
    };
  };

describe('start', () => {
  test('prints one line of JSON on standard output and ends cleanly at a signal', async () => {
    const { world, out, said, signal, listening } = createWorld({ startCollector: fakeCollector() });
    const running = runCommand(['--data-dir', dataDir], world);
    await listening;
    expect(JSON.parse(out[0] ?? '')).toEqual({
      event: 'listening',
      http: 'http://127.0.0.1:5',
      grpc: '127.0.0.1:6',
      dataDir,
      store: 'embedded',
      auth: 'off',
    });
    signal();
    expect(await running).toBe(0);
    expect(out).toHaveLength(1);
    expect(said).toEqual([]);
    expect(existsSync(join(dataDir, 'admin.sock'))).toBe(false);
  });

  test.each([
    ['at a terminal', { isTerminal: true }],
    ['by npm start', { env: { npm_lifecycle_event: 'start' } }],
  ])(
    'tells a person %s where it listens, where the data lies, that no key is needed, and a curl line',
    async (_, changes) => {
      const { world, out, said, signal, listening } = createWorld({ startCollector: fakeCollector(), ...changes });
      const running = runCommand(['start', '--data-dir', dataDir], world);
      await listening;
      signal();
      await running;
      expect(out).toHaveLength(1);
      const text = said.join('\n');
      for (const part of [
        'http://127.0.0.1:5',
        '127.0.0.1:6',
        dataDir,
        'none is needed',
        'curl -sS http://127.0.0.1:5/v1/traces',
      ])
        expect(text).toContain(part);
    },
  );

  test('commands talk to the running collector', async () => {
    const { world, signal, listening } = createWorld({ startCollector: fakeCollector() });
    const running = runCommand(['--data-dir', dataDir], world);
    await listening;
    const made = await run(['keys', 'create', '--project', 'p', '--env', 'dev', '--role', 'read']);
    expect(made).toMatchObject({ code: 0, out: [expect.stringMatching(/^nv_dev_/) as string] });
    const target = join(directory, 'backup');
    expect(await run(['backup', target])).toMatchObject({ code: 0 });
    expect(readFileSync(join(target, 'meta.sqlite'), 'utf8')).toBe('running');
    signal();
    expect(await running).toBe(0);
  });

  const REPORT = {
    traces: 3,
    changed: 2,
    fields: { total_cost: 2, models: 1 },
    tokens: { before: 10, after: 12 },
    cost: { before: 0.5, after: 0.25 },
    failed: 0,
  };

  test('rederive asks the running collector, else the directory itself, and says what changed', async () => {
    const asked: unknown[] = [];
    const NOW = Date.parse('2026-11-21T08:00:00Z');
    const rederive: RunningCollector['rederive'] = (request) => {
      asked.push(request);
      return Promise.resolve(REPORT);
    };
    const { world, signal, listening } = createWorld({ startCollector: fakeCollector({ rederive }) });
    const running = runCommand(['--data-dir', dataDir], world);
    await listening;
    const { code, out, said } = await run(['rederive', '--since', '7d', '--dry-run'], { now: () => NOW });
    expect({ code, out }).toEqual({ code: 0, out: [JSON.stringify({ ...REPORT, dryRun: true })] });
    expect(said).toBe(
      [
        'looked at 3 traces: 2 would change, 0 could not be derived',
        '  models: 1',
        '  total_cost: 2',
        'cost: 0.500000 USD before, 0.250000 USD after',
        'tokens: 10 before, 12 after',
      ].join('\n'),
    );
    signal();
    await running;

    const rederiveStored: World['rederiveStored'] = (_config, request) => rederive(request, () => undefined, NEVER);
    const argv = ['rederive', '--since=2026-11-01', '--until=2026-11-02T00:00:00Z', '--project', 'shop'];
    expect(await run(argv, { rederiveStored })).toMatchObject({ code: 0 });
    expect(asked).toEqual([
      { project: null, sinceMillis: NOW - 7 * 86_400_000, untilMillis: null, dryRun: true },
      {
        project: 'shop',
        sinceMillis: Date.parse('2026-11-01'),
        untilMillis: Date.parse('2026-11-02'),
        dryRun: false,
      },
    ]);
  });

  test('dead-letters are listed by project, running or not, and retried by the running collector alone', async () => {
    const letter = { name: '1-ab.letter', projects: ['shop'], receivedAtMillis: 0, format: 'native', bytes: 12 };
    const asked: (string | null)[] = [];
    const listDeadLetters: World['listDeadLetters'] = (_config, project) => {
      asked.push(project);
      return Promise.resolve([letter, { ...letter, name: '2-cd.letter', projects: [] }]);
    };
    const listed = await run(['dead-letters', 'list', '--project', 'shop'], { listDeadLetters });
    expect(listed.out.map((line) => line.split(/ +/))).toEqual([
      ['RECEIVED', 'PROJECT', 'FORMAT', 'BYTES', 'FILE'],
      ['1970-01-01T00:00:00.000Z', 'shop', 'native', '12', '1-ab.letter'],
      ['1970-01-01T00:00:00.000Z', '?', 'native', '12', '2-cd.letter'],
    ]);
    expect(await run(['dead-letters', 'retry'])).toMatchObject({
      code: 1,
      said: expect.stringMatching(/no collector runs on/) as string,
    });

    let left = 0;
    const retryDeadLetters: RunningCollector['retryDeadLetters'] = (project) => {
      asked.push(project);
      return Promise.resolve({ retried: 2, left });
    };
    const { world, signal, listening } = createWorld({ startCollector: fakeCollector({ retryDeadLetters }) });
    const running = runCommand(['start', '--data-dir', dataDir], world);
    await listening;
    expect(await run(['dead-letters', 'retry', '--project=shop'])).toMatchObject({
      code: 0,
      said: 'put back 2 requests',
    });
    left = 1;
    expect(await run(['dead-letters', 'retry'])).toMatchObject({
      code: 1,
      said: expect.stringMatching(/1 are left/) as string,
    });
    expect(asked).toEqual(['shop', 'shop', null]);
    signal();
    await running;
  });

  test('a rederive whose command is interrupted is cancelled in the collector', async () => {
    const begun = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<unknown>();
    const rederive: RunningCollector['rederive'] = (_request, _onProgress, cancelled) =>
      new Promise((_resolve, reject) => {
        cancelled.addEventListener('abort', () => {
          ended.resolve(cancelled.reason);
          reject(cancelled.reason as Error);
        });
        begun.resolve(undefined);
      });
    const { world, signal, listening } = createWorld({ startCollector: fakeCollector({ rederive }) });
    const running = runCommand(['--data-dir', dataDir], world);
    await listening;
    const asking = createWorld();
    const answer = runCommand(['rederive', '--since', '1d', '--data-dir', dataDir], asking.world);
    await begun.promise;
    asking.signal();
    expect(await answer).toBe(1);
    expect(asking.said.join()).toContain('what was derived till then stays so');
    expect(await ended.promise).toBeInstanceOf(Error);
    signal();
    await running;
  });

  test.each([
    [new ConfigurationError('needs a key'), 2],
    [new Error('the port is taken'), 1],
  ])('says why it did not start: %s ends with %d', async (error, code) => {
    const { world, out, said } = createWorld({ startCollector: () => Promise.reject(error) });
    expect(await runCommand([], world)).toBe(code);
    expect(said).toEqual([error.message]);
    expect(out).toEqual([]);
  });

  test('gives up on a close that takes more than 10 seconds', async () => {
    const startCollector = fakeCollector({ close: () => new Promise(() => undefined) });
    const { world, said, signal, listening } = createWorld({ startCollector });
    const running = runCommand(['--data-dir', dataDir], world);
    await listening;
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    signal();
    await new Promise((resolve) => setImmediate(resolve));
    await jest.advanceTimersByTimeAsync(9_900);
    expect(said).toEqual([]);
    await jest.advanceTimersByTimeAsync(100);
    expect(await running).toBe(1);
    expect(said.join()).toContain('not closed within 10 s');
  });

  test('a second signal ends it at once', async () => {
    const closing = Promise.withResolvers<undefined>();
    const close = () => {
      closing.resolve(undefined);
      return new Promise<never>(() => undefined);
    };
    const { world, said, signal, listening } = createWorld({ startCollector: fakeCollector({ close }) });
    const running = runCommand(['--data-dir', dataDir], world);
    await listening;
    signal();
    await closing.promise;
    signal();
    expect(await running).toBe(1);
    expect(said.join()).toContain('second signal');
  });
});

describe('what needs no collector', () => {
  test('--print-config prints what holds as JSON, secrets masked, and starts nothing', async () => {
    const env = { NOVEUM_COLLECTOR_ADMIN_KEY: 'k'.repeat(40) };
    const { code, out } = await run(['--print-config', '--http-port', '0'], { env });
    expect(code).toBe(0);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ httpPort: 0, dataDir, adminKey: '***' });
    expect(existsSync(dataDir)).toBe(false);
  });

  test('--help and --version answer on standard output', async () => {
    expect((await run(['--help'])).out.join()).toContain('keys create');
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      out: [expect.stringMatching(/^\d+\.\d+\.\d+/) as string],
    });
  });

  test.each([
    [['--http-port', 'abc', '--nope'], /unknown flag --nope\nhttpPort must be an integer/],
    [['frobnicate'], /unknown command "frobnicate"/],
    [['toString'], /unknown command/],
    [['migrate'], /--to must be elasticsearch/],
    [['migrate', '--to', 'elasticsearch'], /needs elasticsearch.url/],
    [['rederive'], /--since must be .* got nothing/],
    [
      ['rederive', '--since', 'soon', '--until', '7x', '--project='],
      /--since must .*\n--until must .*\n--project must/,
    ],
    [['rederive', '--since', '1d', '--until', '2d'], /--until must be later than since/],
    [['rederive', '--since', '1d', 'all'], /unexpected argument "all"/],
    [['dead-letters'], /followed by list or retry/],
    [['dead-letters', 'list', 'all'], /unexpected argument "all"/],
    [['keys'], /create, list or revoke/],
    [['keys', 'create'], /--project must be .*\n--env must be .*\n--role must be/],
    [['keys', 'create', '--project', 'p', '--env', 'dev', '--role', 'read', '--expires', 'soon'], /--expires must be/],
    [['keys', 'list', 'all'], /unexpected argument "all"/],
    [['keys', 'revoke'], /is missing/],
    [['backup'], /directory of the backup is missing/],
    [['restore', 'a', 'b'], /unexpected argument "b"/],
    [['start', '--project', 'p'], /unknown flag --project/],
  ])('%j is wrong usage: exit code 2', async (argv, expected) => {
    const { code, out, said } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(said).toMatch(expected);
    expect(existsSync(dataDir)).toBe(false);
  });
});

describe('with no collector running', () => {
  const create = (role: string) => run(['keys', 'create', '--project', 'weather', '--env', 'prod', `--role=${role}`]);

  test('keys create prints the key alone, and makes the directory for its owner only', async () => {
    const { code, out, said } = await create('ingest');
    expect({ code, said }).toEqual({ code: 0, said: '' });
    expect(out).toEqual([expect.stringMatching(/^nv_prod_[A-Za-z0-9]{32}$/)]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  test('keys list shows no secret, and revoke takes what it shows, or the whole key', async () => {
    const [first = ''] = (await create('ingest')).out;
    const [second = ''] = (await create('admin')).out;
    const shown = `${first.slice(0, 14)}…`;
    const listed = (await run(['keys', 'list'])).out;
    expect(listed).toHaveLength(3);
    expect(listed[1]).toMatch(new RegExp(`^${shown} +weather +prod +ingest +active +\\S+Z +never$`));
    expect(listed.join()).not.toContain(first);
    expect(await run(['keys', 'revoke', shown])).toMatchObject({ code: 0, out: [] });
    expect((await run(['keys', 'revoke', second])).code).toBe(0);
    expect((await run(['keys', 'list'])).out.filter((line) => line.includes(' revoked '))).toHaveLength(2);
    expect(await run(['keys', 'revoke', 'nv_prod_none'])).toMatchObject({ code: 1 });
  });

  test('a directory that another process holds without answering is refused by name', async () => {
    await create('ingest');
    const lock = await lockDirectory(dataDir);
    const { code, said } = await run(['keys', 'list']);
    await lock.release();
    expect(code).toBe(1);
    expect(said).toContain(dataDir);
  });

  test('backup and restore give back every file, privately, and only into an empty directory', async () => {
    const [secret = ''] = (await create('admin')).out;
    mkdirSync(join(dataDir, 'store'));
    writeFileSync(join(dataDir, 'store', 'day.segment'), 'traces');
    const copy = join(directory, 'copy');
    expect((await run(['backup', copy])).code).toBe(0);
    expect(existsSync(join(copy, 'lock'))).toBe(false);

    const source = dataDir;
    dataDir = join(directory, 'restored');
    expect((await run(['restore', copy])).code).toBe(0);
    expect(readFileSync(join(dataDir, 'store', 'day.segment'), 'utf8')).toBe('traces');
    expect(existsSync(join(dataDir, 'backup.json'))).toBe(false);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect((await run(['keys', 'list'])).out[1]).toContain(secret.slice(0, 14));

    dataDir = source;
    expect(await run(['restore', copy])).toMatchObject({
      code: 2,
      said: expect.stringContaining('must be empty') as string,
    });
    expect(await run(['backup', copy])).toMatchObject({
      code: 1,
      said: expect.stringContaining('must be empty') as string,
    });
  });

  test('a backup that broke off is not restored, and one may not lie in the data', async () => {
    mkdirSync(join(directory, 'half'));
    expect(await run(['restore', join(directory, 'half')])).toMatchObject({ code: 2 });
    expect(await run(['backup', join(dataDir, 'backup')])).toMatchObject({ code: 2 });
  });

  test('progress is said once a second, on standard error', async () => {
    await create('admin');
    for (const name of ['a', 'b', 'c', 'd', 'e']) writeFileSync(join(dataDir, name), name);
    let time = Date.now();
    const { out, said } = await run(['backup', join(directory, 'copy')], { now: () => (time += 400) });
    expect(out).toEqual([]);
    expect(said.match(/^backup: \d+ % \(\d of \d\)$/gm)?.length).toBeGreaterThan(1);
  });
});
