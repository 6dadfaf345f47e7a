import fc from 'fast-check';

import { batchOf, DELIVERED, telling } from '../../test/support/batches.js';
import { createLeapingClock } from '../../test/support/leaping-clock.js';
import { type ExportOutcome, retrying } from './index.js';

const never = new AbortController().signal;
const AGAIN: ExportOutcome = { status: 'retry', reason: 'http_503' };

it('tries again until the batch is taken', async () => {
  const clock = createLeapingClock();
  const exporter = telling(AGAIN, AGAIN, DELIVERED);
  const reasons: string[] = [];
  const onRetry = (reason: string): void => void reasons.push(reason);
  const batch = batchOf(2);
  expect(await retrying(exporter, { random: () => 0.5, clock, onRetry }).export(batch, never)).toEqual(DELIVERED);
  expect(exporter.batches).toEqual([batch, batch, batch]);
  expect(reasons).toEqual(['http_503', 'http_503']);
  expect(clock.waits).toEqual([500, 1000]);
});

it('waits a random part of a bound that doubles up to its greatest', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 9, maxLength: 9 }),
      async (parts) => {
        const clock = createLeapingClock();
        let turn = 0;
        const random = (): number => parts[turn++ % parts.length] ?? 0;
        const outcomes = parts.map(() => AGAIN);
        const exporter = telling(AGAIN, ...outcomes.slice(1), DELIVERED);
        const options = { initialMillis: 100, maxMillis: 3000, maxElapsedMillis: 1e6, random, clock };
        await retrying(exporter, options).export(batchOf(1), never);
        expect(clock.waits).toEqual(parts.map((part, attempt) => part * Math.min(3000, 100 * 2 ** attempt)));
      },
    ),
    { numRuns: 30 },
  );
});

it('waits as long as the backend asks for, and a little longer', async () => {
  const clock = createLeapingClock();
  const exporter = telling({ status: 'retry', reason: 'http_429', afterMillis: 9000 }, DELIVERED);
  await retrying(exporter, { initialMillis: 200, random: () => 0.25, clock }).export(batchOf(1), never);
  expect(clock.waits).toEqual([9050]);
});

it.each([
  ['the bound of all is reached', AGAIN],
  ['the backend asks for more than is left', { status: 'retry', reason: 'http_503', afterMillis: 60_001 } as const],
])('gives the batch back where %s', async (_when, outcome) => {
  const clock = createLeapingClock();
  const exporter = telling(outcome);
  expect(await retrying(exporter, { random: () => 0.9, clock }).export(batchOf(1), never)).toEqual(outcome);
  expect(clock.monotonicMillis()).toBeLessThanOrEqual(60_000);
});

it('does not try again what is rejected', async () => {
  const exporter = telling({ status: 'rejected', rejectedSpans: 1, reason: 'http_400' });
  const clock = createLeapingClock();
  expect((await retrying(exporter, { random: () => 0, clock }).export(batchOf(1), never)).status).toBe('rejected');
  expect(exporter.batches).toHaveLength(1);
});

it('ends a wait where it is aborted', async () => {
  const controller = new AbortController();
  const clock = { ...createLeapingClock(), later: () => () => undefined };
  const exporter = telling(AGAIN);
  const running = retrying(exporter, { random: () => 0, clock }).export(batchOf(1), controller.signal);
  await new Promise(setImmediate);
  controller.abort();
  expect(await running).toEqual(AGAIN);
  expect(exporter.batches).toHaveLength(1);
});

it('is not put off by a clock on the wall that jumps', async () => {
  const clock = createLeapingClock();
  const exporter = telling(AGAIN, AGAIN, DELIVERED);
  const onRetry = (): void => {
    clock.jump(-86_400_000 * 365);
  };
  expect(await retrying(exporter, { random: () => 0.5, clock, onRetry }).export(batchOf(1), never)).toEqual(DELIVERED);
  expect(clock.waits).toEqual([500, 1000]);
});

it('makes no more tries than it may', async () => {
  const exporter = telling(AGAIN);
  const outcome = await retrying(exporter, { maxAttempts: 3, random: () => 0.5, clock: createLeapingClock() }).export(
    batchOf(1),
    never,
  );
  expect(outcome).toEqual(AGAIN);
  expect(exporter.batches).toHaveLength(3);
});
