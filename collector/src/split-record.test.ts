import fc from 'fast-check';
import { createKnownAttributes, createTraceVisitor } from 'noveum-proto';

import type { JournalRecord } from './journal/index.js';
import { encodeSpans, type SpanModel } from './store/contract/index.js';
import { createRecordSplitter } from './normalise/index.js';

const spanModel = (at: number, attributeBytes: number): SpanModel => ({
  traceId: (1 + (at % 3)).toString(16).padStart(32, '0'),
  spanId: (1 + at).toString(16).padStart(16, '0'),
  parentSpanId: null,
  name: 'n',
  service: at % 2 === 0 ? 'shop' : null,
  environment: null,
  sdk: null,
  startUnixNano: 1_795_176_000_000_000_000n,
  endUnixNano: 1_795_176_000_000_000_001n,
  attributes: { text: 'x'.repeat(attributeBytes) },
  events: [],
  statusCode: 0,
  statusMessage: null,
});

const recordOf = (body: Buffer, refused: readonly number[] = []): JournalRecord => ({
  format: 'otlp-traces',
  receivedAtMillis: 1_795_176_000_000,
  project: 'shop',
  keyEnvironment: null,
  redactionVersion: 0,
  refused,
  body,
});

const visit = createTraceVisitor(createKnownAttributes(['service.name']));

/** Each span that is not refused, with its resource's service and its bytes. */
const spansOf = ({ body, refused }: JournalRecord): string[] => {
  const bytes = Buffer.from(body);
  const spans: string[] = [];
  let service: unknown;
  visit(
    bytes,
    {
      resource: ({ values }) => {
        service = values[0];
      },
      span: ({ end, index, offset }) => {
        if (!refused.includes(index)) spans.push(`${String(service)} ${bytes.toString('latin1', offset, end)}`);
      },
    },
    { check: true, nesting: 64 },
  );
  return spans;
};

test('a record as long as a part may be comes back as it is, one byte longer it is split', () => {
  const record = recordOf(encodeSpans([spanModel(0, 100), spanModel(1, 100)]));
  const split = (maxBytes: number) => [...createRecordSplitter(maxBytes)(record)];

  expect(split(record.body.length)).toEqual([record]);
  expect(split(record.body.length - 1)).toHaveLength(2);
});

test('parts hold the accepted spans in order, each with its resource, and are no longer than asked for', () => {
  const spans = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 30 });
  const chosen = fc.array(fc.nat(29), { maxLength: 5 });
  fc.assert(
    fc.property(spans, chosen, fc.integer({ min: 1, max: 4_000 }), (lengths, refused, maxBytes) => {
      const record = recordOf(encodeSpans(lengths.map((length, at) => spanModel(at, length))), refused);
      const split = createRecordSplitter(maxBytes);
      const told: string[][] = [];
      for (const part of split(record)) {
        told.push(spansOf(part));
        if (part !== record) expect(part.body.length <= maxBytes || told.at(-1)?.length === 1).toBe(true);
      }

      expect(told.flat()).toEqual(spansOf(record));
      const again: string[][] = [];
      for (const part of split(record)) again.push(spansOf(part));
      expect(again).toEqual(told);
    }),
  );
});

test('other formats are not split', () => {
  const record: JournalRecord = { ...recordOf(Buffer.from('{"traces":[]}')), format: 'native' };
  expect([...createRecordSplitter(1)(record)]).toEqual([record]);
});

test('what never passed decode is refused', () => {
  expect(() => createRecordSplitter(1)(recordOf(Buffer.from([0x0a, 0xff])))).toThrow('protobuf');
});
