import type { InstallOutcome, InstallReport } from 'noveum-proto/elasticsearch';

import { type ClusterState, startInstalling } from './installing.js';

const REPORT: InstallReport = {
  version: '8.19.21',
  policy: 'made',
  templates: {},
  writeIndex: 'made',
  isLifecycleRunning: true,
};
const OK: InstallOutcome = { status: 'ok', report: REPORT };
const failed = (missing: 'connection' | 'right'): InstallOutcome => ({
  status: 'failed',
  missing,
  message: `no ${missing}`,
});

/** An installation whose outcomes are told beforehand, the last one again and again. */
const begin = (...outcomes: readonly (InstallOutcome | Error)[]) => {
  const left = [...outcomes];
  const states: ClusterState[] = [];
  const pauses: number[] = [];
  let waiting: (() => void) | null = null;
  let attempts = 0;
  const installing = startInstalling({
    install: () => {
      attempts++;
      const outcome = (left.length > 1 ? left.shift() : left[0]) ?? OK;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    onState: (state) => states.push(state),
    later: (millis, task) => {
      pauses.push(millis);
      waiting = task;
      return () => {
        waiting = null;
      };
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    installing,
    states,
    pauses,
    attempts: () => attempts,
    isWaiting: () => waiting !== null,
    settle,
    pass: async () => {
      const task = waiting;
      waiting = null;
      task?.();
      await settle();
    },
  };
};

test('until the cluster is ready each call says what is missing; each state is told once', async () => {
  const run = begin(failed('connection'), failed('connection'), failed('right'), OK);
  expect(() => {
    run.installing.check();
  }).toThrow('Elasticsearch has not answered yet');
  await run.settle();
  await run.pass();
  await run.pass();
  expect(() => {
    run.installing.check();
  }).toThrow(expect.objectContaining({ code: 'ELASTICSEARCH_RIGHT', message: 'no right' }) as Error);
  await run.pass();
  run.installing.check();
  expect(run.states.map((state) => (state.status === 'ready' ? 'ready' : state.code))).toEqual([
    'ELASTICSEARCH_UNREACHABLE',
    'ELASTICSEARCH_RIGHT',
    'ready',
  ]);
});

test('it is tried again more and more seldom, every ten seconds at last, and not after the end', async () => {
  const run = begin(failed('connection'));
  await run.settle();
  for (let times = 0; times < 6; times++) await run.pass();
  expect(run.pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  run.installing.close();
  expect(run.isWaiting()).toBe(false);
});

test('what is gone later is installed anew, once however often it is asked for', async () => {
  const run = begin(OK);
  await run.settle();
  run.installing.again();
  run.installing.again();
  expect(run.installing.isReady()).toBe(false);
  await run.settle();
  expect([run.installing.isReady(), run.attempts()]).toEqual([true, 2]);
  expect(run.states.map(({ status }) => status)).toEqual(['ready', 'waiting', 'ready']);
});

test('a fault of ours is told by its name alone, and tried again', async () => {
  const run = begin(new TypeError('holds who knows what'), OK);
  await run.settle();
  expect(run.states).toEqual([
    { status: 'waiting', code: 'ELASTICSEARCH_INSTALL', message: 'the installation failed: TypeError' },
  ]);
  await run.pass();
  expect(run.installing.isReady()).toBe(true);
});
