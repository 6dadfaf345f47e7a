import fc from 'fast-check';
import { isoOfNanos } from '../../document/index.js';
import { createJsonWriter } from './json-writer.js';
import { compareTimes, millisBetween, unixTimeOf, writeIso, writeUnixNano } from './unix-time.js';

const anyNanos = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 1_795_176_000_000_000_000n, max: 1_795_176_002_000_000_000n }),
  fc.constantFrom(0n, 1n, 999_999_999n, 1_000_000_000n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n),
);

const timeOf = (nanos: bigint) => unixTimeOf(Number(nanos >> 32n), Number(nanos & 0xffffffffn));

test('any time of 64 bits is written as numbers without an end would be', () => {
  const out = createJsonWriter();
  fc.assert(
    fc.property(anyNanos, (nanos) => {
      out.reset();
      writeIso(out, timeOf(nanos));
      out.ascii(' ');
      writeUnixNano(out, timeOf(nanos));
      expect(Buffer.from(out.slice(0, out.length)).toString()).toBe(`${isoOfNanos(nanos)} ${String(nanos)}`);
    }),
    { numRuns: 500 },
  );
});

test('durations and order are exact', () => {
  fc.assert(
    fc.property(anyNanos, anyNanos, (a, b) => {
      const exact = b <= a ? 0 : Number((b - a + 500n) / 1000n) / 1000;
      expect(millisBetween(timeOf(a), timeOf(b))).toBe(exact);
      expect(Math.sign(compareTimes(timeOf(a), timeOf(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
    { numRuns: 500 },
  );
});
