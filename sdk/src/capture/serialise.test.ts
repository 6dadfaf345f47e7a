import fc from 'fast-check';
import { cutText, serialise } from './index.js';

const LIMIT = 1000;
const read = (value: unknown): unknown => JSON.parse(serialise(value, LIMIT));

test('JSON reads back as JSON does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      if (typeof value === 'string') return;
      const text = serialise(value, 1_000_000);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('anything at all is within the limit and throws nothing', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
  });
  fc.assert(
    fc.property(anything, fc.integer({ min: 1, max: 200 }), (value, limit) => {
      expect(serialise(value, limit).length).toBeLessThanOrEqual(limit);
    }),
  );
});

test.each<[string, () => unknown, unknown]>([
  [
    'a cycle',
    () => {
      const a: { self?: unknown } = {};
      a.self = a;
      return a;
    },
    { self: '[Circular]' },
  ],
  ['a BigInt', () => [10n], ['10']],
  ['a Map of texts', () => new Map([['a', 1]]), { a: 1 }],
  ['a Map of others', () => new Map([[1, 2]]), [[1, 2]]],
  ['a Set', () => new Set([1, 'b']), [1, 'b']],
  ['dates', () => [new Date(0), new Date(NaN)], ['1970-01-01T00:00:00.000Z', '[Invalid Date]']],
  ['an error', () => new RangeError('m', { cause: 'c' }), { name: 'RangeError', message: 'm', cause: 'c' }],
  [
    'bytes',
    () => [Buffer.from('abc'), new Float32Array(2), new ArrayBuffer(5)],
    ['[Buffer 3 bytes]', '[Float32Array 8 bytes]', '[ArrayBuffer 5 bytes]'],
  ],
  [
    'a class instance',
    () =>
      new (class A {
        #p = 1;
        q = this.#p;
      })(),
    { q: 1 },
  ],
  [
    'a getter that throws',
    () => ({
      get a() {
        throw new Error('no');
      },
      b: 1,
    }),
    { a: '[Throws]', b: 1 },
  ],
  [
    'a toJSON that throws',
    () => ({
      b: 1,
      toJSON() {
        throw new Error('no');
      },
    }),
    { b: 1 },
  ],
  ['a toJSON', () => ({ toJSON: () => ({ c: 1 }) }), { c: 1 }],
  ['what JSON leaves out', () => ({ a: undefined, f: () => 1, s: Symbol('x') }), {}],
  ['and in lists', () => [undefined, NaN, Infinity], [null, 'NaN', 'Infinity']],
  ['a promise and a stream', () => [Promise.resolve(1), new ReadableStream()], ['[Promise]', '[ReadableStream]']],
  ['a RegExp and a URL', () => [/a/g, new URL('http://x/')], ['/a/g', 'http://x/']],
])('%s', (_what, make, expected) => {
  expect(read(make())).toEqual(expected);
});

test('a proxy that throws at anything is said to', () => {
  const refuse = (): never => {
    throw new Error('no');
  };
  const hostile = new Proxy(
    {},
    { get: refuse, ownKeys: refuse, getPrototypeOf: refuse, getOwnPropertyDescriptor: refuse },
  );
  expect(serialise(hostile, LIMIT)).toBe('[Throws]');
});

test('a large value is left at the limit, not gone through', () => {
  let reads = 0;
  const lazy = {
    get a() {
      reads++;
      return 'x'.repeat(100);
    },
  };
  const text = serialise(
    Array.from({ length: 100_000 }, () => lazy),
    LIMIT,
  );
  expect(text).toHaveLength(LIMIT);
  expect(text.endsWith('…[cut]')).toBe(true);
  expect(reads).toBeLessThan(20);
});

test('properties that come to nothing are not read for ever', () => {
  const empty = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, undefined]));
  expect(serialise([empty, empty], LIMIT).length).toBeLessThanOrEqual(LIMIT);
});

test('a text is cut between characters', () => {
  expect(cutText('abc', 3)).toBe('abc');
  expect(cutText('0123456789', 9)).toBe('012…[cut]');
  expect(cutText('01😀3456789', 9)).toBe('01…[cut]');
});
