import type { JournalPosition, JournalReader } from './journal/index.js';
import { createPayloadArena, fragmentsOf } from './normalise/index.js';
import type { TraceWriter } from './store/index.js';

/** What the drain tells of each batch that the store has taken. */
export interface DrainProgress {
  /** All before it is in the store, durably. */
  readonly position: JournalPosition;
  readonly records: number;
  readonly newTraces: number;
  readonly newSpans: number;
  readonly duplicateSpans: number;
  /** Records that the journal could not give back whole. */
  readonly corruptRecords: number;
  /** When the batch's oldest record came. */
  readonly oldestReceivedAtMillis: number;
}

export interface DrainOptions {
  readonly journal: JournalReader;
  readonly store: TraceWriter;
  readonly start: JournalPosition;
  readonly onProgress: (progress: DrainProgress) => void;
  /** The store refused a batch; the same batch is tried again after `retryAfterMillis`. */
  readonly onFault: (code: string) => void;
  /** A record that no stage understands though it passed decode: counted and left out, so that it can't stop the rest. */
  readonly onUnreadable: () => void;
  readonly now: () => number;
}

export interface Drain {
  /** Records up to `end` are durable now. */
  advance(end: JournalPosition): void;
  /** Resolves once everything named so far is stored, or at the signal's abort. */
  close(signal: AbortSignal): Promise<void>;
}

/** One batch is one commit: large enough to be cheap, small enough to be seen at once. */
const BATCH_BYTES = 8 * 1024 * 1024;
const RETRY_MILLIS = 500;
/** Between commits while little comes, so that a trickle of small requests shares them. */
const GATHER_MILLIS = 20;
const UPKEEP_MILLIS = 5_000;

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

/** Journal → fragments → store, in order, one batch at a time. */
export const startDrain = (options: DrainOptions): Drain => {
  const { journal, store, onProgress, onFault, onUnreadable, now } = options;
  const arena = createPayloadArena();
  const memory = Buffer.allocUnsafeSlow(BATCH_BYTES);
  let position = options.start;
  let end = options.start;
  let closing: AbortSignal | null = null;
  let wake: () => void = () => undefined;
  let nextUpkeep = now() + UPKEEP_MILLIS;

  const storeBatch = async (): Promise<void> => {
    const batch = await journal.read(position, end, BATCH_BYTES, memory);
    if (batch === null) {
      position = end;
      return;
    }
    arena.reset();
    const fragments = batch.records.flatMap((record) => {
      try {
        return fragmentsOf(record, arena);
      } catch {
        onUnreadable();
        return [];
      }
    });
    const report = await store.write(fragments);
    position = batch.end;
    onProgress({
      ...report,
      position,
      records: batch.records.length,
      corruptRecords: batch.corrupt,
      oldestReceivedAtMillis: batch.records[0]?.receivedAtMillis ?? now(),
    });
  };

  const keepUp = async (): Promise<void> => {
    if (now() < nextUpkeep) return;
    const moreToDo = await store.maintain(now());
    nextUpkeep = now() + (moreToDo ? 0 : UPKEEP_MILLIS);
  };

  const attempt = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      onFault((error as { code?: string }).code ?? (error as Error).name);
      await pause(RETRY_MILLIS);
    }
  };

  const sleep = (millis: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    for (;;) {
      if (closing?.aborted === true) return;
      if (isBefore(position, end)) {
        await attempt(storeBatch);
        if (closing === null && !isBefore(position, end)) await pause(GATHER_MILLIS);
      } else if (closing !== null) return;
      else await sleep(UPKEEP_MILLIS);
      if (closing === null) await attempt(keepUp);
    }
  };
  const running = run();

  return {
    advance(to) {
      end = to;
      wake();
    },
    async close(signal) {
      closing = signal;
      wake();
      await running;
    },
  };
};
