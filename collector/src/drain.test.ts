import { readFile, readdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { copyDeadLetters, keepDeadLetter } from './dead-letter.js';
import { type DrainProgress, startDrain } from './drain.js';
import { createDiskFiles } from './files/index.js';
import type { JournalBatch, JournalPosition, JournalRecord } from './journal/index.js';
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

test('a dead letter holds all that the journal knew, is kept once, and copied by a backup', async () => {
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
  await copyDeadLetters(files, join(directory, 'letters'), join(directory, 'copy'));
  expect(await readFile(join(directory, 'copy', name))).toEqual(content);
  await copyDeadLetters(files, join(directory, 'none'), join(directory, 'copy of none'));
  expect(await readdir(directory)).toEqual(['copy', 'letters']);
  await rm(directory, { recursive: true });
});

/** A drain over a journal that answers when it is told to, with time that stands still. */
const drainInSteps = () => {
  const reads: { readonly limit: JournalPosition; readonly answer: (batch: JournalBatch | null) => void }[] = [];
  const asked: (() => void)[] = [];
  const nextRead = async () => {
    if (reads.length === 0) await new Promise<void>((resolve) => asked.push(resolve));
    return reads.shift() as (typeof reads)[number];
  };
  const positions: JournalPosition[] = [];
  const drain = startDrain({
    journal: {
      read: (_position, limit) =>
        new Promise((answer) => {
          reads.push({ limit, answer });
          asked.shift()?.();
        }),
      close: () => Promise.resolve(),
    },
    store: createMemoryTraceStore().writer,
    start: START,
    now: () => 0,
    later: (_millis, task) => {
      setImmediate(task);
      return () => undefined;
    },
    onProgress: ({ position }) => positions.push(position),
    onFault: () => undefined,
    setAside: () => Promise.resolve(),
  });
  return { drain, nextRead, positions };
};

test('what is named while a read finds nothing is read next, not skipped', async () => {
  const { drain, nextRead, positions } = drainInSteps();
  drain.advance({ file: 2, offset: 0 });
  const first = await nextRead();
  drain.advance({ file: 2, offset: 100 });
  first.answer(null);
  const second = await nextRead();
  second.answer({ records: [native('a')], end: second.limit, corrupt: 0 });
  await drain.reach(second.limit);

  expect([first.limit.offset, second.limit.offset]).toEqual([0, 100]);
  expect(positions).toEqual([
    { file: 2, offset: 0 },
    { file: 2, offset: 100 },
  ]);
  await drain.close(AbortSignal.timeout(1000));
});

test('a place is reached once everything before it is stored, and never where the drain closes first', async () => {
  const { drain, nextRead } = drainInSteps();
  drain.advance(END);
  const reached: string[] = [];
  void drain.reach({ file: 1, offset: 50 }).then(() => reached.push('50'));
  void drain.reach(END).then(() => reached.push('100'));
  const first = await nextRead();
  expect(reached).toEqual([]);
  first.answer({ records: [native('a')], end: { file: 1, offset: 60 }, corrupt: 0 });
  const second = await nextRead();
  expect(reached).toEqual(['50']);
  second.answer({ records: [native('b')], end: END, corrupt: 0 });
  await drain.reach(END);
  expect(reached).toEqual(['50', '100']);

  const beyond = drain.reach({ file: 9, offset: 0 });
  await Promise.all([expect(beyond).rejects.toThrow('closed'), drain.close(AbortSignal.timeout(1000))]);
  await expect(drain.reach({ file: 9, offset: 0 })).rejects.toThrow('closed');
});

test('tasks run one by one between batches, fail on their own, and never once the drain is closed', async () => {
  const { drain, nextRead } = drainInSteps();
  const events: string[] = [];
  drain.advance(END);
  const first = await nextRead();
  const noted = (name: string) => drain.between(() => Promise.resolve(events.push(name)));
  const both = Promise.all([noted('a'), noted('b')]);
  const failing = drain.between(() => {
    throw new Error('no');
  });
  expect(events).toEqual([]);
  first.answer({ records: [native('a')], end: { file: 1, offset: 60 }, corrupt: 0 });
  const second = await nextRead();
  expect(events).toEqual(['a']);
  second.answer({ records: [native('b')], end: END, corrupt: 0 });
  await expect(failing).rejects.toThrow('no');
  await both;
  expect(events).toEqual(['a', 'b']);

  // An idle drain is woken.
  await noted('c');
  const last = noted('d');
  await Promise.all([expect(last).rejects.toThrow('closed'), drain.close(AbortSignal.timeout(1000))]);
  await expect(noted('e')).rejects.toThrow('closed');
  expect(events).toEqual(['a', 'b', 'c']);
});
