import type { Prices } from 'noveum-proto';

import type { JournalPosition, JournalReader, JournalRecord } from './journal/index.js';
import { createStoreRecords, type StoredRecords } from './store-records.js';
import type { TraceWriter } from './store/index.js';
import { createChangeNotes, type ToldChanges } from './stream/index.js';

/** What the drain tells of each batch that the store has taken. */
export interface DrainProgress {
  /** All before it is in the store, durably. */
  readonly position: JournalPosition;
  readonly records: number;
  readonly newTraces: number;
  readonly newSpans: number;
  readonly duplicateSpans: number;
  /** Left out, since their traces were erased. */
  readonly erasedFragments: number;
  /** Records so large that they took several commits. */
  readonly splitRecords: number;
  /** Records that the journal could not give back whole. */
  readonly corruptRecords: number;
  /** When the batch's oldest record came. */
  readonly oldestReceivedAtMillis: number;
}

export interface DrainOptions {
  readonly journal: JournalReader;
  readonly store: TraceWriter;
  readonly start: JournalPosition;
  /** For calls that come without a cost; default: none. */
  readonly prices?: Prices;
  readonly onProgress: (progress: DrainProgress) => void;
  /** What each batch has changed, while somebody listens. */
  readonly onChanges?: (told: ToldChanges) => void;
  /** The store refused a batch; the same batch is tried again a little later. */
  readonly onFault: (code: string) => void;
  /** What the store refused, it has taken now, and its upkeep goes on. */
  readonly onRecovered?: () => void;
  /** Keeps a record that can't be stored though it passed decode, so that it can't stop the rest; durable once it resolves. */
  readonly setAside: (record: JournalRecord) => Promise<void>;
  readonly now: () => number;
  /** Runs the task once after so long, unless what it returns is called before; default: a timer. */
  readonly later?: (millis: number, task: () => void) => () => void;
  /** About so much of the journal is read at once; default 8 MiB. */
  readonly batchBytes?: number;
  /**
   * About so much of it is one commit of the store; a larger record takes several, always the same ones, so that it is
   * known again when it is sent again. Default 8 MiB.
   */
  readonly commitBytes?: number;
  /** Held for what is read; a batch that needs more gets memory of its own. Default 17 MiB. */
  readonly memoryBytes?: number;
}

export interface Drain {
  /** Records up to `end` are durable now. */
  advance(end: JournalPosition): void;
  /** Whether `onChanges` is to be told. */
  listen(on: boolean): void;
  /** Resolves once the store holds everything before `target`, which was named; rejects where the drain is closed first. */
  reach(target: JournalPosition): Promise<void>;
  /**
   * Runs a task while nothing else writes to the store, one between two batches, each in its turn; it should take
   * 50 ms at most, as what comes waits for it. Rejects as the task does, or where the drain is closed first.
   */
  between<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves once everything named so far is stored, or at the signal's abort. */
  close(signal: AbortSignal): Promise<void>;
}

/**
 * Large enough to be cheap, small enough to be seen at once and for all that is made of it to lie in memory (measured:
 * with 2 MiB the drain took a tenth to a quarter more CPU).
 */
const COMMIT_BYTES = 8 * 1024 * 1024;
/** Holds a record of the largest body that comes plain; larger ones, which came packed, get memory of their own. */
const MEMORY_BYTES = 17 * 1024 * 1024;
/** After the first refusal; twice as long after each further one, up to the longest. */
const RETRY_MILLIS = 500;
const LONGEST_RETRY_MILLIS = 2_000;
/** Between commits while little comes, so that a trickle of small requests shares them. */
const GATHER_MILLIS = 20;
const UPKEEP_MILLIS = 5_000;

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

const runLater = (millis: number, task: () => void): (() => void) => {
  const timer = setTimeout(task, millis);
  return () => clearTimeout(timer);
};

interface Waiting {
  readonly target: JournalPosition;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Task {
  readonly run: () => Promise<void>;
  readonly reject: (error: Error) => void;
}

const NOTHING = {
  records: 0,
  newTraces: 0,
  newSpans: 0,
  duplicateSpans: 0,
  erasedFragments: 0,
  splitRecords: 0,
  corruptRecords: 0,
} as const satisfies Partial<DrainProgress>;

const closed = (): Error => new Error('the drain is closed');

/** Journal → fragments → store, in order, one batch at a time. */
export const startDrain = (options: DrainOptions): Drain => {
  const {
    journal,
    store,
    prices = null,
    onProgress,
    onChanges = () => undefined,
    onFault,
    onRecovered = () => undefined,
    setAside,
    now,
    later = runLater,
  } = options;
  const { commitBytes = COMMIT_BYTES, batchBytes = COMMIT_BYTES, memoryBytes = MEMORY_BYTES } = options;
  const storeRecords = createStoreRecords({ store, prices, setAside, commitBytes });
  const memory = Buffer.allocUnsafeSlow(memoryBytes);
  let waiting: readonly Waiting[] = [];
  const tasks: Task[] = [];
  let position = options.start;
  let end = options.start;
  let closing: AbortSignal | null = null;
  let isListening = false;
  let wake: () => void = () => undefined;
  let nextUpkeep = now() + UPKEEP_MILLIS;

  const pause = (millis: number): Promise<void> =>
    new Promise((resolve) => {
      later(millis, resolve);
    });

  const moveTo = (reached: JournalPosition): void => {
    position = reached;
    const done = waiting.filter(({ target }) => !isBefore(position, target));
    waiting = waiting.filter(({ target }) => isBefore(position, target));
    for (const { resolve } of done) resolve();
  };

  const storeAndTell = async (records: readonly JournalRecord[]): Promise<StoredRecords> => {
    if (!isListening) return storeRecords(records);
    const notes = createChangeNotes();
    try {
      return await storeRecords(records, notes.note);
    } finally {
      // What was stored before a fault is held already when the batch comes again.
      const told = notes.told();
      if (told !== null) onChanges(told);
    }
  };

  const storeBatch = async (): Promise<void> => {
    store.check?.();
    // What is named during the read is not looked for by it.
    const limit = end;
    const batch = await journal.read(position, limit, batchBytes, memory);
    if (batch === null) {
      const isNewFile = position.file < limit.file;
      moveTo(limit);
      // So that the journal may let go of the file before.
      if (isNewFile) onProgress({ ...NOTHING, position, oldestReceivedAtMillis: now() });
      return;
    }
    const report = await storeAndTell(batch.records);
    moveTo(batch.end);
    onProgress({
      ...report,
      position,
      records: batch.records.length,
      corruptRecords: batch.corrupt,
      oldestReceivedAtMillis: batch.records[0]?.receivedAtMillis ?? now(),
    });
  };

  const keepUp = async (): Promise<void> => {
    nextUpkeep = now() + UPKEEP_MILLIS;
    if (await store.maintain(now())) nextUpkeep = now();
  };

  const failing = new Set<'batches' | 'upkeep'>();
  let failures = 0;

  const attempt = async (of: 'batches' | 'upkeep', step: () => Promise<void>): Promise<void> => {
    try {
      await step();
      if (of === 'batches') failures = 0;
      if (failing.delete(of) && failing.size === 0) onRecovered();
    } catch (error) {
      failing.add(of);
      onFault((error as { code?: string }).code ?? (error as Error).name);
      if (of === 'batches') await pause(Math.min(LONGEST_RETRY_MILLIS, RETRY_MILLIS * 2 ** failures++));
    }
  };

  const sleep = (millis: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = later(millis, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    for (;;) {
      if (closing?.aborted === true) return;
      if (isBefore(position, end)) {
        await attempt('batches', storeBatch);
        if (closing === null && tasks.length === 0 && !isBefore(position, end)) await pause(GATHER_MILLIS);
      } else if (closing !== null) return;
      else if (tasks.length === 0) await sleep(Math.max(0, nextUpkeep - now()));
      if (closing !== null) continue;
      await tasks.shift()?.run();
      if (now() >= nextUpkeep) await attempt('upkeep', keepUp);
    }
  };
  const running = run().finally(() => {
    for (const { reject } of [...waiting, ...tasks]) reject(closed());
    waiting = [];
  });

  return {
    advance(to) {
      end = to;
      wake();
    },
    listen(on) {
      isListening = on;
    },
    reach: (target) =>
      new Promise((resolve, reject) => {
        if (closing !== null) reject(closed());
        else if (!isBefore(position, target)) resolve();
        else waiting = [...waiting, { target, resolve, reject }];
      }),
    between: (task) =>
      new Promise((resolve, reject) => {
        if (closing !== null) {
          reject(closed());
          return;
        }
        tasks.push({ run: () => Promise.resolve().then(task).then(resolve, reject), reject });
        wake();
      }),
    async close(signal) {
      closing = signal;
      wake();
      await running;
    },
  };
};
