import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  endIdleStreams,
  endOpenStreams,
  IDLE_LIMIT_MILLIS,
  MAX_OPEN,
  type StreamEnding,
  type StreamObserver,
  watchStream,
} from './index.js';

afterEach(() => {
  endOpenStreams();
});

const watch = (stream: object, observer: Partial<StreamObserver> = {}, faults: string[] = []) => {
  const endings: StreamEnding[] = [];
  const watched = watchStream(stream, () => ({
    observer: { chunk: () => undefined, end: (ending) => void endings.push(ending), ...observer },
    runInside: (run) => run(),
    onError: (_error, where) => void faults.push(where),
  }));
  return { watched, endings, faults };
};

async function* numbers(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}

test('a stream that nobody holds any more is ended as abandoned', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const { endings } = ((): { endings: StreamEnding[] } => watch(numbers()))();
  for (let round = 0; round < 50 && endings.length === 0; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  expect(endings).toEqual(['abandoned']);
  expect(endOpenStreams()).toBe(0);
});

test('a stream that is read through an iterator alone is not abandoned', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const iterable = (): AsyncIterable<number> => ({ [Symbol.asyncIterator]: numbers });
  const { endings, iterator } = (() => {
    const { endings: told, watched } = watch(iterable());
    return { endings: told, iterator: (watched as AsyncIterable<number>)[Symbol.asyncIterator]() };
  })();
  await iterator.next();
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  expect(endings).toEqual([]);
  await iterator.next();
  await iterator.next();
  expect(endings).toEqual(['end']);
});

test('a stream that nobody asks is ended as idle after its time, not before', async () => {
  const { endings, watched } = watch(numbers());
  const now = performance.now();
  endIdleStreams(now + IDLE_LIMIT_MILLIS - 1000);
  expect(endings).toEqual([]);
  endIdleStreams(now + IDLE_LIMIT_MILLIS + 1000);
  expect(endings).toEqual(['idle']);
  expect(await (watched as AsyncGenerator<number>).next()).toEqual({ done: false, value: 1 });
});

test('a stream that lets its reader wait is not idle', () => {
  const never = { next: () => new Promise(() => undefined), [Symbol.asyncIterator]: () => never };
  const { endings } = watch(never);
  void never.next();
  endIdleStreams(performance.now() + 2 * IDLE_LIMIT_MILLIS);
  expect(endings).toEqual([]);
});

test('more than can be open end the oldest', () => {
  const first = watch(numbers());
  const others = Array.from({ length: MAX_OPEN - 1 }, () => watch(numbers()));
  expect(first.endings).toEqual([]);
  const last = watch(numbers());
  expect(first.endings).toEqual(['evicted']);
  expect(others[0]!.endings).toEqual([]);
  expect(last.endings).toEqual([]);
});

test('what an observer throws is reported and reaches nobody', async () => {
  const fail = (): never => {
    throw new Error('ours');
  };
  const { faults, watched } = watch(numbers(), { chunk: fail, end: fail });
  const seen: number[] = [];
  for await (const value of watched as AsyncGenerator<number>) seen.push(value);
  expect(seen).toEqual([1, 2]);
  expect(faults).toEqual(['stream', 'stream', 'stream']);
});

test('an iterator without a `return` of its own is heard when it is left', async () => {
  const endless = { next: async () => ({ done: false, value: 1 }), [Symbol.asyncIterator]: () => endless };
  const { endings } = watch(endless);
  for await (const _ of endless) break;
  expect(endings).toEqual(['return']);
});
