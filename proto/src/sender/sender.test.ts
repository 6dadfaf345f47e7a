import fc from 'fast-check';

import { encodeSenderReport, parseSenderReport, type SenderReport } from './index.js';

const count = fc.integer({ min: 0, max: 999_999_999_999 });
const reasons = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/), fc.integer({ min: 1, max: 1e9 }), {
  maxKeys: 9,
  noNullPrototype: true,
});
const text = (maxLength: number) =>
  fc
    .string({ unit: 'binary', maxLength })
    .filter((each) => each.isWellFormed() && Array.from(each).length <= maxLength);

const report: fc.Arbitrary<SenderReport> = fc.record({
  instanceId: fc.uuid(),
  exporter: fc.constantFrom('noveum', 'otlp-2'),
  serviceName: text(100),
  project: text(100),
  sdkVersion: fc.constantFrom('0.1.0', '12.0.0-beta.1'),
  sequence: count,
  batch: count,
  createdSpans: count,
  sampledOutSpans: count,
  inFlightSpans: count,
  spooledSpans: count,
  acknowledgedSpans: count,
  recoveredSpans: count,
  retries: count,
  droppedSpans: reasons,
  rejectedSpans: reasons,
  hasEnded: fc.boolean(),
});

it('is read as it was written, in ASCII', () => {
  fc.assert(
    fc.property(report, (each) => {
      const written = encodeSenderReport(each);
      expect(written).toMatch(/^[\x20-\x7e]*$/);
      expect(parseSenderReport(written)).toEqual(each);
    }),
  );
});

it('has at most 4,096 characters, whatever it is made from', () => {
  const longest: SenderReport = {
    instanceId: crypto.randomUUID(),
    exporter: '"'.repeat(5_000),
    serviceName: '\u{1f552}'.repeat(5_000),
    project: '\u{1f552}'.repeat(5_000),
    sdkVersion: 'v'.repeat(5_000),
    sequence: Number.MAX_SAFE_INTEGER,
    batch: 1e15,
    createdSpans: Number.MAX_SAFE_INTEGER,
    sampledOutSpans: Infinity,
    inFlightSpans: -1,
    spooledSpans: Number.NaN,
    acknowledgedSpans: 1e15,
    recoveredSpans: 1,
    retries: 1,
    droppedSpans: Object.fromEntries(Array.from({ length: 32 }, (_, at) => [`${at}${'é'.repeat(99)}`, 1e14])),
    rejectedSpans: Object.fromEntries(Array.from({ length: 32 }, (_, at) => [`http_${at}${'X'.repeat(99)}`, 1e14])),
    hasEnded: true,
  };
  const written = encodeSenderReport(longest);
  expect(written.length).toBeLessThanOrEqual(4_096);
  const read = parseSenderReport(written);
  expect(read).toMatchObject({
    serviceName: '\u{1f552}'.repeat(100),
    createdSpans: 999_999_999_999_999,
    hasEnded: true,
  });
  expect(Object.keys(read?.droppedSpans ?? {})).toHaveLength(10);
});

it('tells the nine most frequent reasons, and the others as one', () => {
  const droppedSpans = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`reason_${at}`, 100 - at]));
  const [first] = fc.sample(report, 1);
  const read = parseSenderReport(encodeSenderReport({ ...(first as SenderReport), droppedSpans }));
  expect(Object.keys(read?.droppedSpans ?? {})).toHaveLength(10);
  expect(read?.droppedSpans['reason_8']).toBe(92);
  expect(read?.droppedSpans['other']).toBe(91 + 90 + 89 + 88 + 87 + 86 + 85 + 84 + 83 + 82 + 81);
});

const ID = 'id="01234567-89ab-cdef-0123-456789abcdef"';

it('leaves aside what it does not know', () => {
  expect(parseSenderReport(`${ID}, seq=3, service=%"a", later="x", created=7;of=2`)).toMatchObject({
    sequence: 3,
    createdSpans: 7,
  });
});

it.each([
  ['nothing', ''],
  ['no id', 'seq=1, created=2'],
  ['an id that is none', 'id="../../etc", seq=1'],
  ['a text for a count', `${ID}, created="7"`],
  ['a negative count', `${ID}, created=-7`],
  ['a count beyond 15 digits', `${ID}, created=1234567890123456`],
  ['a service that is cut in the middle of a character', `${ID}, service=%"%e6%99"`],
  ['a service that is not closed', `${ID}, service=%"abc`],
  ['what is too long', `${ID}, service=%"${'a'.repeat(4_096)}"`],
])('is no report: %s', (_what, written) => {
  expect(parseSenderReport(written)).toBeNull();
});

it('never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((tail) => `${ID}, ${tail}`),
      ),
      (written) => {
        parseSenderReport(written);
      },
    ),
  );
});
