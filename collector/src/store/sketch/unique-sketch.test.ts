import fc from 'fast-check';
import { createUniqueSketch, readUniqueSketch, type UniqueSketch } from './index.js';

const sketchOf = (texts: Iterable<string>): UniqueSketch => {
  const sketch = createUniqueSketch();
  for (const text of texts) sketch.add(text);
  return sketch;
};
const bytesOf = (sketch: UniqueSketch): string => Buffer.from(sketch.toBytes()).toString('hex');
const users = function* (from: number, to: number): Generator<string> {
  for (let user = from; user < to; user++) yield `user-${String(user)}`;
};
/** Below, around and above the point where the sparse form gives way. */
const anyRange = fc.tuple(fc.nat(3000), fc.nat(1200)).map(([from, length]) => [...users(from, from + length)]);

describe('a sketch of unique values', () => {
  test('counts few values exactly, however often each comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 300 }), (texts) => {
        expect(sketchOf([...texts, ...texts]).estimate()).toBe(new Set(texts).size);
      }),
    );
  });

  test.each([1_000, 5_000, 20_000, 100_000])('counts %i values within four standard errors', (count) => {
    const error = Math.abs(sketchOf(users(0, count)).estimate() / count - 1);
    expect(error).toBeLessThan(4 * 0.0163);
  });

  test('has no bias over many sketches', () => {
    const ratios = Array.from({ length: 50 }, (_, i) => sketchOf(users(i * 2000, (i + 1) * 2000)).estimate() / 2000);
    expect(Math.abs(ratios.reduce((sum, ratio) => sum + ratio, 0) / 50 - 1)).toBeLessThan(4 * 0.0023);
  });

  test('a merge is the sketch of the union, in any order', () => {
    fc.assert(
      fc.property(anyRange, anyRange, anyRange, (a, b, c) => {
        const leftFirst = sketchOf(a);
        leftFirst.merge(sketchOf(b));
        leftFirst.merge(sketchOf(c));
        const rightFirst = sketchOf(c);
        rightFirst.merge(sketchOf(a));
        rightFirst.merge(sketchOf(b));
        rightFirst.merge(rightFirst);
        const union = bytesOf(sketchOf([...b, ...c, ...a]));
        expect(bytesOf(leftFirst)).toBe(union);
        expect(bytesOf(rightFirst)).toBe(union);
      }),
      { numRuns: 25 },
    );
  });

  test('comes back from its bytes as it was', () => {
    fc.assert(
      fc.property(anyRange, anyRange, (sent, later) => {
        const sketch = sketchOf(sent);
        const read = readUniqueSketch(sketch.toBytes());
        expect(read.estimate()).toBe(sketch.estimate());
        for (const text of later) {
          sketch.add(text);
          read.add(text);
        }
        expect(bytesOf(read)).toBe(bytesOf(sketch));
      }),
      { numRuns: 25 },
    );
  });

  test('takes tens of bytes for ten users and 3 KB for a million', () => {
    expect(createUniqueSketch().toBytes().length).toBe(1);
    expect(sketchOf(users(0, 10)).toBytes().length).toBeLessThan(60);
    expect(sketchOf(users(0, 760)).toBytes().length).toBeLessThan(3_200);
    expect(sketchOf(users(0, 2_000)).toBytes().length).toBe(3_073);
  });

  test('throws at damaged bytes', () => {
    const dense = sketchOf(users(0, 2_000)).toBytes();
    expect(() => readUniqueSketch(dense.subarray(0, 100))).toThrow('wrong length');
    expect(() => readUniqueSketch(Uint8Array.of(9))).toThrow('unknown version');
    expect(() => readUniqueSketch(Uint8Array.of(1, 255))).toThrow('too early');
  });
});
