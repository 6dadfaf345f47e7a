import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';

import { createBatching, type Turns } from './index.js';

const tracer = new BasicTracerProvider().getTracer('t');
const spanNamed = (name: string, bytes = 0): ReadableSpan => {
  const span = tracer.startSpan(name, { attributes: { text: 'x'.repeat(bytes) } });
  span.end();
  return span as unknown as ReadableSpan;
};

/** Time that stands still until it is told to move; what is due soon runs when it is told to. */
const createTurns = () => {
  let now = 0;
  let soon: (() => void)[] = [];
  let timers: { at: number; work: () => void }[] = [];
  const turns: Turns = {
    soon: (work) => void soon.push(work),
    later: (work, delayMillis) => {
      const timer = { at: now + delayMillis, work };
      timers.push(timer);
      return {
        cancel: () => {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
    nowMillis: () => now,
  };
  return {
    turns,
    turn: () => {
      const due = soon;
      soon = [];
      for (const work of due) work();
    },
    pass: (millis: number) => {
      now += millis;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { work } of due) work();
    },
    hasWork: () => soon.length > 0 || timers.length > 0,
  };
};

const createNames = (onAppend: () => void = () => undefined) => {
  let names: string[] = [];
  let byteLength = 0;
  return {
    append: (span: ReadableSpan) => {
      onAppend();
      names.push(span.name);
      byteLength += String(span.attributes['text']).length;
    },
    get spanCount() {
      return names.length;
    },
    get byteLength() {
      return byteLength;
    },
    take: () => {
      const taken = names;
      names = [];
      byteLength = 0;
      return taken.length === 0 ? undefined : taken;
    },
  };
};

const LIMITS = { maxBatchSpans: 100, maxBatchBytes: 10_000, scheduledDelayMillis: 1_000 };

test('a few spans wait for the timer and are then shipped together', () => {
  const shipped: string[][] = [];
  const time = createTurns();
  const batching = createBatching({
    ...LIMITS,
    encoder: createNames(),
    turns: time.turns,
    ship: (b) => void shipped.push(b),
  });
  batching.add(spanNamed('a'));
  time.pass(999);
  batching.add(spanNamed('b'));
  time.turn();
  expect(shipped).toEqual([]);
  expect(batching.waitingSpans).toBe(2);
  time.pass(1);
  time.turn();
  expect(shipped).toEqual([['a', 'b']]);
  expect(batching.waitingSpans).toBe(0);
  expect(time.hasWork()).toBe(false);
});

test('many spans are encoded before the timer, in batches of at most so many', () => {
  const shipped: string[][] = [];
  const time = createTurns();
  const batching = createBatching({
    ...LIMITS,
    encoder: createNames(),
    turns: time.turns,
    ship: (b) => void shipped.push(b),
  });
  for (let at = 0; at < 250; at++) batching.add(spanNamed(String(at)));
  expect(shipped).toEqual([]);
  time.turn();
  expect(shipped.map((batch) => batch.length)).toEqual([100, 100]);
  expect(batching.waitingSpans).toBe(50);
  time.pass(1_000);
  time.turn();
  expect(shipped.flat()).toEqual(Array.from({ length: 250 }, (_, at) => String(at)));
});

test('a batch is shipped when it holds the bytes of one', () => {
  const shipped: string[][] = [];
  const time = createTurns();
  const batching = createBatching({
    ...LIMITS,
    encoder: createNames(),
    turns: time.turns,
    ship: (b) => void shipped.push(b),
  });
  for (let at = 0; at < 6; at++) batching.add(spanNamed(String(at), 4_000));
  batching.drain();
  expect(shipped.map((batch) => batch.length)).toEqual([3, 3]);
});

test('one turn of the event loop encodes for five milliseconds, not for as long as there is work', () => {
  const time = createTurns();
  const shipped: string[][] = [];
  const encoder = createNames(() => {
    time.pass(0.1);
  });
  const batching = createBatching({ ...LIMITS, encoder, turns: time.turns, ship: (b) => void shipped.push(b) });
  for (let at = 0; at < 500; at++) batching.add(spanNamed(String(at)));
  time.turn();
  expect(batching.waitingSpans + shipped.flat().length).toBe(500);
  expect(shipped.flat().length).toBeLessThan(100);
  let turns = 1;
  for (; time.hasWork() && turns < 100; turns++) {
    time.turn();
    if (batching.waitingSpans < 100) time.pass(1_000);
  }
  expect(shipped.flat()).toHaveLength(500);
  expect(turns).toBeGreaterThan(5);
});

test('a burst within one turn is encoded as it comes once the ring is full, and sooner until the next turn', () => {
  const shipped: string[][] = [];
  const time = createTurns();
  const batching = createBatching({
    ...LIMITS,
    encoder: createNames(),
    turns: time.turns,
    ship: (b) => void shipped.push(b),
  });
  const span = spanNamed('s');
  let added = 0;
  const mostWaiting = (spans: number): number => {
    let most = 0;
    for (const end = added + spans; added < end; added++) {
      batching.add(span);
      most = Math.max(most, batching.waitingSpans);
    }
    return most;
  };
  expect(mostWaiting(1_023)).toBe(1_023);
  mostWaiting(1);
  expect(mostWaiting(100_000)).toBeLessThanOrEqual(256 + 100);
  expect(shipped.flat().length + batching.waitingSpans).toBe(added);
  time.turn();
  expect(mostWaiting(1_023)).toBeGreaterThan(1_000);
});

test('whatever happens in whatever order, every span is shipped once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(300), fc.constantFrom('turn', 'pass', 'drain'))), (steps) => {
      const shipped: string[][] = [];
      const time = createTurns();
      const batching = createBatching({
        ...LIMITS,
        encoder: createNames(),
        turns: time.turns,
        ship: (b) => void shipped.push(b),
      });
      let added = 0;
      for (const step of steps) {
        if (step === 'turn') time.turn();
        else if (step === 'pass') time.pass(600);
        else if (step === 'drain') batching.drain();
        else for (let at = 0; at < step; at++) batching.add(spanNamed(String(added++)));
        expect(shipped.flat().length + batching.waitingSpans).toBe(added);
      }
      batching.close();
      expect(shipped.flat()).toEqual(Array.from({ length: added }, (_, at) => String(at)));
      expect(Math.max(0, ...shipped.map((batch) => batch.length))).toBeLessThanOrEqual(100);
    }),
    { numRuns: 50 },
  );
});
