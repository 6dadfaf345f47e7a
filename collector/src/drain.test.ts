import { readFile, readdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keepDeadLetter } from './dead-letter.js';
import { type DrainProgress, startDrain } from './drain.js';
import { createDiskFiles } from './files/index.js';
import type { JournalRecord } from './journal/index.js';
import { isStorageFault } from './store-fault.js';
import type { TraceWriter } from './store/index.js';
import { createMemoryTraceStore } from './store/memory/index.js';

const native = (traceId: string): JournalRecord => ({
  format: 'native',
  receivedAtMillis: 1_795_176_000_000,
  project: 'shop',
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body: Buffer.from(
    JSON.stringify({ traces: [{ trace_id: traceId, name: 'n', start_time: '2026-11-20T12:00:00Z', spans: [] }] }),
  ),
});

const unreadable: JournalRecord = { ...native('x'), format: 'otlp-traces', body: Buffer.from([0x0a, 0xff]) };
const START = { file: 1, offset: 0 };
const END = { file: 1, offset: 100 };

const drainAll = async (records: readonly JournalRecord[], store: Pick<TraceWriter, 'write'>) => {
  const asideRecords: JournalRecord[] = [];
  const faults: string[] = [];
  let given = false;
  const progress = await new Promise<DrainProgress>((resolve) => {
    const drain = startDrain({
      journal: {
        read: () => {
          if (given && faults.length === 0) return Promise.resolve(null);
          given = true;
          return Promise.resolve({ records, end: END, corrupt: 0 });
        },
        close: () => Promise.resolve(),
      },
      store: { ...createMemoryTraceStore().writer, ...store, maintain: () => Promise.resolve(false) },
      start: START,
      now: Date.now,
      onProgress: (made) => {
        void drain.close(AbortSignal.timeout(1000)).then(() => {
          resolve(made);
        });
      },
      onFault: (code) => faults.push(code),
      setAside: (record) => {
        asideRecords.push(record);
        return Promise.resolve();
      },
    });
    drain.advance(END);
  });
  return { asideRecords, faults, progress };
};

test('a record that no stage understands is set aside and does not stop the others', async () => {
  const { writer, reader } = createMemoryTraceStore();
  const { asideRecords, progress } = await drainAll([native('a'), unreadable, native('b')], {
    write: (fragments) => writer.write(fragments),
  });

  expect(asideRecords).toEqual([unreadable]);
  expect(progress.newTraces).toBe(2);
  expect(progress.position).toEqual(END);
  expect(await reader.get('shop', 'b')).not.toBeNull();
});

test('a storage fault is told, and the same batch is tried until it is taken', async () => {
  const { writer } = createMemoryTraceStore();
  let refusals = 2;
  const { asideRecords, faults, progress } = await drainAll([native('a')], {
    write: (fragments) => {
      if (refusals-- > 0) throw Object.assign(new Error('disk'), { code: 'ENOSPC' });
      return writer.write(fragments);
    },
  });

  expect(faults).toEqual(['ENOSPC', 'ENOSPC']);
  expect(asideRecords).toEqual([]);
  expect(progress.newTraces).toBe(1);
});

test.each([
  [{ code: 'EIO' }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 778 }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 20 }, false],
  [{ code: 'ERR_OUT_OF_RANGE' }, false],
  [new TypeError('x'), false],
])('%j is a fault of the storage: %s', (error, expected) => {
  expect(isStorageFault(error)).toBe(expected);
});

test('a dead letter holds all that the journal knew, and is kept once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-letters-'));
  const files = createDiskFiles();
  await keepDeadLetter(files, join(directory, 'letters'), unreadable);
  await keepDeadLetter(files, join(directory, 'letters'), unreadable);
  const [name = '', ...others] = await readdir(join(directory, 'letters'));
  const content = await readFile(join(directory, 'letters', name));
  const head = content.subarray(0, content.indexOf(10));

  expect(others).toEqual([]);
  expect(JSON.parse(head.toString())).toMatchObject({ format: 'otlp-traces', project: 'shop' });
  expect(content.subarray(head.length + 1)).toEqual(Buffer.from(unreadable.body));
  await rm(directory, { recursive: true });
});
