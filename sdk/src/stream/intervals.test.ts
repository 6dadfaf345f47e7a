import fc from 'fast-check';
import { createIntervals } from './index.js';

test('nothing is told of no interval', () => {
  expect(createIntervals().summary()).toBeUndefined();
});

test('percentiles are within 5 % of the true ones, all else is exact', () => {
  const millis = fc.double({ min: 0.02, max: 3_000_000, noNaN: true });
  fc.assert(
    fc.property(fc.array(millis, { minLength: 1, maxLength: 300 }), (lengths) => {
      const intervals = createIntervals();
      for (const length of lengths) intervals.add(length);
      const summary = intervals.summary()!;
      const sorted = [...lengths].sort((a, b) => a - b);
      const trueAt = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))]!;
      expect(summary.count).toBe(lengths.length);
      expect(summary.minMillis).toBe(sorted[0]);
      expect(summary.maxMillis).toBe(sorted.at(-1));
      for (const [told, real] of [
        [summary.p50Millis, trueAt(0.5)],
        [summary.p95Millis, trueAt(0.95)],
      ] as const)
        expect(Math.abs(told - real) / real).toBeLessThanOrEqual(0.0501);
    }),
  );
});

test.each([-1, 0, 1e12])('an interval of %d ms has its place', (millis) => {
  const intervals = createIntervals();
  intervals.add(millis);
  expect(intervals.summary()?.p50Millis).toBe(Math.max(0, millis));
});
