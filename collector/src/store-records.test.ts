import type { JournalRecord } from './journal/index.js';
import { encodeSpans } from './store/contract/index.js';
import { createMemoryTraceStore } from './store/memory/index.js';
import type { TraceWriter } from './store/index.js';
import { createStoreRecords } from './store-records.js';

const TRACE_ID = '1'.padStart(32, '0');

/** Spans of one trace and of about 200 bytes each; the first is the root. */
const record = (spans: number): JournalRecord => ({
  format: 'otlp-traces',
  receivedAtMillis: 1_795_176_000_000,
  project: 'shop',
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body: encodeSpans(
    Array.from({ length: spans }, (_, at) => ({
      traceId: TRACE_ID,
      spanId: (1 + at).toString(16).padStart(16, '0'),
      parentSpanId: at === 0 ? null : '1'.padStart(16, '0'),
      name: 'n',
      service: null,
      environment: null,
      sdk: null,
      startUnixNano: 1_795_176_000_000_000_000n,
      endUnixNano: 1_795_176_000_000_000_001n,
      attributes: { text: 'x'.repeat(100) },
      events: [],
      statusCode: 0 as const,
      statusMessage: null,
    })),
  ),
});

/** A store that notes how many fragments each commit has; the commits that are listed fail. */
const storing = (commitBytes: number, failing: Readonly<Record<number, Error>> = {}) => {
  const { reader, writer } = createMemoryTraceStore();
  const commits: number[] = [];
  const aside: JournalRecord[] = [];
  const write: TraceWriter['write'] = (fragments, note) => {
    commits.push(fragments.length);
    const error = failing[commits.length];
    // This store keeps payloads as they come, and they are valid for one commit.
    const copies = fragments.map((fragment) => ({ ...fragment, payload: Buffer.from(fragment.payload) }));
    return error === undefined ? writer.write(copies, note) : Promise.reject(error);
  };
  const setAside = (kept: JournalRecord): Promise<void> => Promise.resolve(void aside.push(kept));
  const storeRecords = createStoreRecords({ store: { ...writer, write }, prices: null, setAside, commitBytes });
  return { storeRecords, commits, aside, spans: async () => (await reader.get('shop', TRACE_ID))?.span_count };
};

const DISK_FULL = Object.assign(new Error('disk'), { code: 'ENOSPC' });

test('records share a commit until it is full', async () => {
  const small = record(1);
  const { commits, storeRecords } = storing(small.body.length * 2);
  await storeRecords([small, small, small]);
  expect(commits).toEqual([2, 1]);
});

test('a record that fills a commit takes one, a larger one several, and its trace is whole', async () => {
  const large = record(10);
  const whole = storing(large.body.length);
  expect(await whole.storeRecords([large])).toMatchObject({ newSpans: 10, splitRecords: 0 });
  expect(whole.commits).toHaveLength(1);

  const split = storing(large.body.length - 1);
  expect(await split.storeRecords([large])).toMatchObject({ newTraces: 1, newSpans: 10, splitRecords: 1 });
  expect(split.commits).toHaveLength(2);
  expect(await split.spans()).toBe(10);
});

test('after a fault of the storage within a record it is stored again from its start, and nothing twice', async () => {
  const large = record(10);
  const { spans, storeRecords } = storing(large.body.length / 3, { 3: DISK_FULL });
  await expect(storeRecords([large])).rejects.toThrow('disk');
  const again = await storeRecords([large]);

  expect(again.newSpans).toBeLessThan(10);
  expect(again.newSpans + again.duplicateSpans).toBe(10);
  expect(await spans()).toBe(10);
});

test('a record whose part no stage understands is set aside as a whole, and the others are stored', async () => {
  const large = record(10);
  const { aside, storeRecords } = storing(large.body.length / 3, { 2: new TypeError('x') });
  const report = await storeRecords([large, record(1)]);

  expect(aside.map(({ body }) => body.length)).toEqual([large.body.length]);
  expect(report.splitRecords).toBe(1);
});

test('a large record that was never checked is set aside', async () => {
  const broken = { ...record(1), body: Buffer.from([0x0a, 0xff, 0xff]) };
  const { aside, storeRecords } = storing(2);
  await storeRecords([broken]);
  expect(aside).toEqual([broken]);
});
