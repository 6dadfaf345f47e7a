import fc from 'fast-check';
import { sketchBucketOf, sketchValueOf } from 'noveum-proto';

import { createQuantileSketch, readQuantileSketch, type QuantileSketch } from './index.js';

const sketchOf = (values: readonly number[]): QuantileSketch => {
  const sketch = createQuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
};
const bytesOf = (sketch: QuantileSketch): string => Buffer.from(sketch.toBytes()).toString('hex');

/** Durations in milliseconds, costs, and now and then a value many decades away. */
const anyValue = fc.oneof(
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.double({ min: -10, max: 10, noNaN: true }),
  fc.constantFrom(0, -5, 1e-12, 1e-9, 1e-8, 1e-3, 1, 1e9, 1e15, 1e200, Number.MAX_VALUE),
);
const anyValues = fc.array(anyValue, { maxLength: 200 });

describe('a quantile sketch', () => {
  test('has no quantile while nothing is counted', () => {
    expect(createQuantileSketch().quantile(0.5)).toBeNull();
    expect(createQuantileSketch().count()).toBe(0);
  });

  test('gives every quantile within 1 % of the true value', () => {
    const values = fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (sent, q) => {
        const sorted = [...sent].sort((a, b) => a - b);
        const truth = sorted[Math.floor(q * (sorted.length - 1))] ?? NaN;
        const answer = sketchOf(sent).quantile(q) ?? NaN;
        expect(Math.abs(answer - truth)).toBeLessThanOrEqual(truth * 0.01 * (1 + 1e-9));
      }),
    );
  });

  test('counts negative and vanishing values as zero', () => {
    const sketch = sketchOf([-3, 0, 1e-12, 100]);
    expect(sketch.count()).toBe(4);
    expect(sketch.quantile(0.5)).toBe(0);
    expect(sketch.quantile(1)).toBeCloseTo(100, -1);
  });

  test('a merge is the sketch of the union, in any order and split', () => {
    fc.assert(
      fc.property(anyValues, anyValues, anyValues, (a, b, c) => {
        const leftFirst = sketchOf(a);
        leftFirst.merge(sketchOf(b));
        leftFirst.merge(sketchOf(c));
        const rightFirst = sketchOf(c);
        rightFirst.merge(sketchOf(b));
        rightFirst.merge(sketchOf(a));
        const union = bytesOf(sketchOf([...c, ...a, ...b]));
        expect(bytesOf(leftFirst)).toBe(union);
        expect(bytesOf(rightFirst)).toBe(union);
      }),
    );
  });

  test('merged into itself, counts everything twice', () => {
    const sketch = sketchOf([1, 2, 3]);
    sketch.merge(sketch);
    expect(bytesOf(sketch)).toBe(bytesOf(sketchOf([1, 2, 3, 1, 2, 3])));
  });

  test('comes back from its bytes as it was', () => {
    fc.assert(
      fc.property(anyValues, anyValue, (sent, later) => {
        const sketch = sketchOf(sent);
        const read = readQuantileSketch(sketch.toBytes());
        expect(read.count()).toBe(sketch.count());
        sketch.add(later);
        read.add(later);
        expect(bytesOf(read)).toBe(bytesOf(sketch));
      }),
    );
  });

  test('subtracting undoes adding', () => {
    const near = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(near, { maxLength: 50 }), fc.array(near, { maxLength: 50 }), (kept, undone) => {
        const sketch = sketchOf([...kept, ...undone]);
        for (const value of undone) expect(sketch.subtract(value)).toBe(true);
        expect(bytesOf(sketch)).toBe(bytesOf(sketchOf(kept)));
      }),
    );
  });

  test('refuses to subtract what it never counted', () => {
    const sketch = sketchOf([10, 1000]);
    expect([0, 1, 100, 5000].map((value) => sketch.subtract(value))).toEqual([false, false, false, false]);
    expect(bytesOf(sketch)).toBe(bytesOf(sketchOf([10, 1000])));
  });

  test('adding with a count is adding so many times', () => {
    const sketch = createQuantileSketch();
    sketch.add(7, 3);
    sketch.add(0, 2);
    expect(bytesOf(sketch)).toBe(bytesOf(sketchOf([7, 0, 7, 0, 7])));
  });

  test('stays bounded over any spread of values, and keeps the high quantiles', () => {
    const sketch = createQuantileSketch();
    for (let exponent = -9; exponent < 300; exponent += 0.005) sketch.add(10 ** exponent);
    let buckets = 0;
    sketch.forEachBucket(() => buckets++);
    expect(buckets).toBeLessThanOrEqual(2048);
    expect(sketch.toBytes().length).toBeLessThan(8_000);
    const truth = 10 ** (-9 + 309 * 0.99);
    expect(Math.abs((sketch.quantile(0.99) ?? 0) / truth - 1)).toBeLessThan(0.03);
  });

  test('values that were counted elsewhere, by their buckets, make the same sketch', () =>
    fc.assert(
      fc.property(fc.array(anyValue.filter((value) => value < 1e300)), (values) => {
        const counts = Map.groupBy(values, sketchBucketOf);
        const sketch = createQuantileSketch();
        for (const [bucket, { length }] of counts) sketch.add(sketchValueOf(bucket), length);
        for (const q of [0, 0.5, 0.95, 1]) expect(sketch.quantile(q)).toBe(sketchOf(values).quantile(q));
      }),
    ));

  test('takes a few bytes for a few values', () => {
    expect(sketchOf([12.5, 13, 250, 900, 4000]).toBytes().length).toBeLessThan(20);
  });

  test('counts that are weights are kept, added and taken away to the fraction', () => {
    const sketch = createQuantileSketch();
    sketch.add(0, 1.25);
    sketch.add(10, 2.5);
    sketch.add(20, 6);
    const read = readQuantileSketch(sketch.toBytes());
    expect(read.count()).toBe(9.75);
    expect(read.toBytes()).toEqual(sketch.toBytes());
    expect(Math.abs((read.quantile(0.5) ?? 0) - 20)).toBeLessThanOrEqual(0.2);
    expect(read.subtract(20, 6.5)).toBe(false);
    expect(read.subtract(20, 6)).toBe(true);
    expect(read.subtract(0, 1.25)).toBe(true);
    expect(read.count()).toBe(2.5);
    expect(Math.abs((read.quantile(0) ?? 0) - 10)).toBeLessThanOrEqual(0.1);
    const damaged = sketch.toBytes();
    damaged.fill(255, -8);
    expect(() => readQuantileSketch(damaged)).toThrow('no count');
  });

  test('throws at numbers that are not finite and at damaged bytes', () => {
    expect(() => {
      createQuantileSketch().add(NaN);
    }).toThrow(RangeError);
    const bytes = sketchOf([1, 1000]).toBytes();
    expect(() => readQuantileSketch(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
    expect(() => readQuantileSketch(Uint8Array.of(99, 0))).toThrow('unknown version');
    expect(() => readQuantileSketch(new Uint8Array(0))).toThrow('too early');
  });
});
