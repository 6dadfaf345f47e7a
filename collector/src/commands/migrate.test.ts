import type { MigrateReport } from '../store/index.js';
import { runCommand, type World } from './index.js';

const REPORT: MigrateReport = {
  keys: 1,
  copied: 3,
  healed: 1,
  refused: 0,
  erased: 0,
  isCaughtUp: true,
  days: [
    {
      day: '2026-11-20',
      project: 'shop',
      embedded: { traces: 3, spans: 9 },
      elasticsearch: { traces: 3, spans: 9 },
      differing: 0,
    },
  ],
};
const DIFFERING: MigrateReport = {
  ...REPORT,
  refused: 1,
  isCaughtUp: false,
  days: [
    ...REPORT.days,
    {
      day: '2026-11-21',
      project: 'shop',
      embedded: { traces: 2, spans: 4 },
      elasticsearch: { traces: 1, spans: 2 },
      differing: 1,
    },
  ],
};

const unexpected = () => Promise.reject(new Error('not expected'));

const run = async (
  migrateStored: World['migrateStored'],
  changes: Partial<World> = {},
  argv: readonly string[] = [],
) => {
  const out: string[] = [];
  const said: string[] = [];
  const shown: string[] = [];
  const code = await runCommand(['migrate', '--to', 'elasticsearch', '--data-dir', '/nowhere', ...argv], {
    env: { ELASTICSEARCH_URL: 'http://es:9200' },
    readFile: () => '{}',
    now: () => 0,
    out: (line) => {
      out.push(line);
    },
    say: (line) => {
      said.push(line);
    },
    show: (line) => {
      shown.push(line);
    },
    isTerminal: false,
    stopSignal: () => new Promise(() => undefined),
    startCollector: unexpected,
    rederiveStored: unexpected,
    openKeys: unexpected,
    listDeadLetters: unexpected,
    migrateStored,
    ...changes,
  });
  return { code, out, said, shown };
};

/** Ten seconds between one step and the next. */
const steps = () => {
  let clock = 0;
  const migrateStored: World['migrateStored'] = (_config, _request, onStep) => {
    for (const done of [0, 50, 100]) {
      clock += 10_000;
      onStep({ phase: 'copying', done, total: 200 });
    }
    return Promise.resolve(REPORT);
  };
  return { migrateStored, now: () => clock };
};

test('what was copied is told, the report goes to standard output', async () => {
  const { code, out, said } = await run(() => Promise.resolve(REPORT));
  expect(code).toBe(0);
  expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([REPORT]);
  expect(said).toEqual([
    'copied 3 traces, 1 of them once more, and 1 keys; 0 traces erased since',
    'embedded: 3 traces, 9 spans; Elasticsearch: 3 traces, 9 spans',
  ]);
});

test('days that differ are named and make it a fault', async () => {
  const { code, said } = await run(() => Promise.resolve(DIFFERING), {}, ['--check']);
  expect(code).toBe(1);
  expect(said).toEqual([
    '1 traces were not taken by Elasticsearch',
    '2026-11-21 shop: embedded 2 traces, 4 spans; Elasticsearch 1 traces, 2 spans; 1 traces differ',
    'embedded: 5 traces, 13 spans; Elasticsearch: 4 traces, 11 spans',
    'the collector goes on storing: once it has ended, the same command copies the rest',
  ]);
});

test('a terminal has a bar that is taken away at the end, anything else has lines', async () => {
  const onTerminal = steps();
  const { said, shown } = await run(onTerminal.migrateStored, { isTerminal: true, now: onTerminal.now });
  expect(shown).toEqual([
    'copying: [........................] 0 % (0 of 200 traces)',
    'copying: [######..................] 25 % (50 of 200 traces, 5/s, 30 s left)',
    'copying: [############............] 50 % (100 of 200 traces, 5/s, 20 s left)',
    '',
  ]);
  expect(said).toHaveLength(2);
  const elsewhere = steps();
  const lines = await run(elsewhere.migrateStored, { now: elsewhere.now });
  expect(lines.shown).toEqual([]);
  expect(lines.said.slice(0, 3)).toEqual([
    'copying: 0 % (0 of 200 traces)',
    'copying: 25 % (50 of 200 traces, 5/s, 30 s left)',
    'copying: 50 % (100 of 200 traces, 5/s, 20 s left)',
  ]);
});

test('a signal stops it, and it says that it can go on', async () => {
  const { code, said } = await run(
    (_config, _request, _onStep, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }),
    { stopSignal: () => Promise.resolve() },
  );
  expect([code, said]).toEqual([1, ['migrate: stopped; what was copied is kept: the same command goes on from there']]);
});
