import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiskFiles } from '../../files/index.js';
import { DAY, NOON, spanIdOf, spanModel, spansArrive, traceIdOf } from '../contract/index.js';
import { type EmbeddedWriter, openEmbeddedWriter, openErasedTraces, openStoredTraces } from '../embedded/index.js';
import type { MigrateReport } from '../migrate-report.js';
import type { TraceFragment, TracePlace } from '../trace-store.js';
import { migrate, openProgress } from './index.js';

const files = createDiskFiles();
const AWAY = Object.assign(new Error('away'), { code: 'AWAY' });
let directory = '';
let store: string;
let writer: EmbeddedWriter;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-migrate-'));
  store = join(directory, 'store');
  writer = await openEmbeddedWriter({ files, directory: store, retention: { days: 0, bytes: 0 } });
});

afterEach(async () => {
  await writer.close();
  await rm(directory, { recursive: true });
});

const span = (trace: number, id = trace) =>
  spanModel({
    traceId: traceIdOf(trace),
    spanId: spanIdOf(id),
    parentSpanId: id === trace ? null : spanIdOf(trace),
    startUnixNano: NOON - BigInt(trace % 2) * DAY,
    endUnixNano: null,
  });
const add = (from: number, to: number) =>
  writer.write(spansArrive(Array.from({ length: to - from }, (_, at) => span(from + at))));

const placeOf = ({ project, traceKey }: TracePlace): string => `${project} ${traceKey}`;

/** Takes fragments as a store does, but for those it is told to refuse. */
const createTarget = () => {
  const traces = new Map<string, Map<string, TraceFragment>>();
  const refused = new Set<string>();
  const writes: number[] = [];
  let awayFor = 0;
  const target = {
    write: (fragments: readonly TraceFragment[]) => {
      if (awayFor-- > 0) return Promise.reject(AWAY);
      if (fragments.some((fragment) => refused.has(fragment.traceKey))) return Promise.reject(new Error('refused'));
      writes.push(fragments.length);
      for (const fragment of fragments) {
        const held = traces.get(placeOf(fragment)) ?? new Map<string, TraceFragment>();
        held.set(Buffer.from(fragment.payload).toString('base64'), fragment);
        traces.set(placeOf(fragment), held);
      }
      return Promise.resolve({ newTraces: 0, newSpans: 0, duplicateSpans: 0, erasedFragments: 0 });
    },
    erase: () => Promise.resolve(null),
    erasedAmong: () => Promise.resolve([]),
    maintain: () => Promise.resolve(false),
    refresh: () => Promise.resolve(),
    counts: (places: readonly TracePlace[]) =>
      Promise.resolve(
        places.map((place) => {
          const held = [...(traces.get(placeOf(place))?.values() ?? [])];
          const spans = held.reduce((sum, { facts }) => sum + (facts?.spanIds.length ?? 0) / 8, 0);
          return held.length === 0 ? null : { spans, fragments: held.length };
        }),
      ),
    traces: async function* () {
      await Promise.resolve();
      yield [];
    },
  };
  return {
    target,
    traces,
    writes,
    refuse: (traceKey: string) => refused.add(traceKey),
    goAway: (times: number) => (awayFor = times),
  };
};

const run = async (
  target: ReturnType<typeof createTarget>['target'],
  changes: {
    readonly name?: string;
    readonly workShare?: number;
    readonly signal?: AbortSignal;
    readonly onStep?: () => void;
  } = {},
) => {
  const stored = openStoredTraces(files, store);
  const pauses: number[] = [];
  let clock = 0;
  let ids = 0;
  try {
    const report: Omit<MigrateReport, 'keys'> = await migrate({
      stored,
      target,
      progress: await openProgress(join(directory, 'migration.json'), changes.name ?? 'cluster/traces'),
      openErased: () => openErasedTraces(store),
      isCheckOnly: false,
      tellFacts: ({ payload, project, receivedAtMillis, keyEnvironment }) => {
        const arrival = { project, receivedAtMillis, keyEnvironment };
        const all = spansArrive([span(0)], arrival);
        expect(payload.length).toBeGreaterThan(0);
        return all[0]?.facts ?? null;
      },
      isStorageFault: (error) => error === AWAY,
      workShare: () => changes.workShare ?? 1,
      onStep: changes.onStep ?? (() => undefined),
      signal: changes.signal ?? new AbortController().signal,
      now: () => (clock += 10),
      pause: (millis) => {
        pauses.push(millis);
        return Promise.resolve();
      },
      newId: () => `id-${String(++ids)}`,
    });
    return { report, pauses };
  } finally {
    await stored.close();
  }
};

test('batches of a hundred traces, oldest day first, and nothing again', async () => {
  await add(0, 250);
  const { target, traces, writes } = createTarget();
  const { report, pauses } = await run(target);
  expect(report).toMatchObject({ copied: 250, healed: 0, refused: 0, isCaughtUp: true });
  expect(writes).toEqual([100, 25, 100, 25]);
  expect(pauses).toEqual([]);
  expect(report.days.map(({ day, embedded }) => [day, embedded.traces])).toEqual([
    ['2026-11-19', 125],
    ['2026-11-20', 125],
  ]);
  expect(traces.size).toBe(250);
  expect((await run(target)).report.copied).toBe(0);
  expect((await run(target, { name: 'other/traces' })).report.copied).toBe(250);
});

test('half of the time is left to others where it is asked for', async () => {
  await add(0, 4);
  const { pauses } = await run(createTarget().target, { workShare: 0.5 });
  expect(pauses.length).toBeGreaterThan(2);
  expect(new Set(pauses)).toEqual(new Set([10]));
});

test('stopped after a batch it goes on after it', async () => {
  await add(0, 450);
  const { target, traces } = createTarget();
  const stopped = new AbortController();
  await expect(
    run(target, {
      signal: stopped.signal,
      onStep: () => {
        stopped.abort(new Error('stopped'));
      },
    }),
  ).rejects.toThrow('stopped');
  expect(traces.size).toBe(100);
  expect((await run(target)).report).toMatchObject({ copied: 350, healed: 0 });
  expect(traces.size).toBe(450);
});

test('a target that is away is waited for, longer each time, and not for ever', async () => {
  await add(0, 2);
  const { goAway, target, traces } = createTarget();
  goAway(3);
  expect((await run(target)).pauses).toEqual([500, 1_000, 2_000]);
  expect(traces.size).toBe(2);
  await add(2, 3);
  goAway(1_000);
  await expect(run(target)).rejects.toThrow('away');
});

test('a trace that the target refuses hinders no other, and its day is named', async () => {
  await add(0, 10);
  const { refuse, target, traces } = createTarget();
  refuse(traceIdOf(3));
  const { report } = await run(target);
  expect(traces.size).toBe(9);
  expect(report).toMatchObject({ copied: 11, refused: 1 });
  expect(report.days.filter(({ differing }) => differing > 0)).toEqual([
    expect.objectContaining({
      day: '2026-11-19',
      differing: 1,
      embedded: { traces: 5, spans: 5 },
      elasticsearch: { traces: 4, spans: 4 },
    }),
  ]);
});

test('a file of progress that can not be read only costs time', async () => {
  await add(0, 3);
  const { target } = createTarget();
  await run(target);
  await writeFile(join(directory, 'migration.json'), '{"version":1,"target":"cluster/tr');
  expect((await run(target)).report).toMatchObject({ copied: 3, isCaughtUp: true });
});
