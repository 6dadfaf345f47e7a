import type { OwnPrice } from 'noveum-proto';

import type { DrainProgress } from './drain.js';
import type { DrainThreadData } from './drain-thread.js';
import type { Journal, JournalPosition } from './journal/index.js';
import type { TakeRederiveStep } from './rederive.js';
import { type DrainThread, prepareDrainThread, type PreparedDrainThread, startDrainThread } from './store-threads.js';
import type { ToldChanges } from './stream/index.js';
import type { ErasureState } from './store/embedded/index.js';
import type { Erasure, ErasureRequest } from './store/index.js';
import type { StoredIn, StoreState } from './stored-in.js';
import type { TextHost } from './text-host.js';
import type { Telemetry } from './telemetry/index.js';

export interface DrainHostOptions {
  /** The first to be started. */
  readonly thread: PreparedDrainThread;
  readonly journal: Journal;
  readonly journalDirectory: string;
  readonly deadLetterDirectory: string;
  readonly store: StoredIn;
  readonly erasureTimes: DrainThreadData['erasureTimes'];
  readonly texts: Pick<TextHost, 'remove' | 'isPurged'>;
  /** What other readers than the store have not read of the journal up to this file is not to be waited for any more. */
  readonly giveUpBacklog: (file: number) => void;
  readonly maxValueBytes: number;
  readonly ownPrices: readonly OwnPrice[];
  readonly telemetry: Telemetry;
  readonly now: () => number;
  /** The store has everything before a place now. */
  readonly onStored?: (position: JournalPosition) => void;
}

export interface StoreFault {
  readonly code: string;
  readonly message: string | null;
}

/** Keeps a drain thread running, and gives back to the journal what it has stored. */
export interface DrainHost {
  /** What each commit changes goes to this listener and no other, in place of whichever was before; null: to nobody. */
  listen(listener: ((told: ToldChanges | null) => void) | null): void;
  /** The fault that lasts, with what is missing where that is known; null: all is well. */
  fault(): StoreFault | null;
  /** Bytes that are durable and not stored yet. */
  lagBytes(): number;
  /** Age of the oldest request that is not stored yet, to within one batch; 0: none. */
  lagSeconds(): number;
  /** Traces whose root has not come or not ended; null: not known. */
  incompleteTraces(): number | null;
  /** Days whose rows were derived by other rules or prices, YYYY-MM-DD: as it was at the start, less what was derived anew. */
  daysDerivedOtherwise(): readonly string[];
  /** One step between two batches, see `Rederive`. */
  readonly rederive: TakeRederiveStep;
  /** Stores all that is acknowledged by now, then erases. */
  erase(request: ErasureRequest): Promise<Erasure | null>;
  erasure(id: string): Promise<Erasure | null>;
  erasures(): ErasureState;
  /** Stores all that is acknowledged by now, then copies the store. */
  backup(directory: string, onProgress: (done: number, total: number) => void): Promise<void>;
  /** Stores what is left, at most `withinMillis`. */
  close(withinMillis: number): Promise<void>;
}

const READY: StoreState = { status: 'ready', warning: null };
const NOT_ASKED: StoreState = {
  status: 'waiting',
  code: 'ELASTICSEARCH_STARTING',
  message: 'Elasticsearch has not answered yet',
};
/** A fault that lasts is told anew in the log after so long. */
const TELL_MILLIS = 60_000;
const RELEASE_MILLIS = 1_000;
const RESTART_MILLIS = 1_000;
const OVERDUE_MILLIS = 20 * 3_600_000;
const OVERDUE_CHECK_MILLIS = 60_000;

const isReached = (position: JournalPosition, end: JournalPosition): boolean =>
  position.file > end.file || (position.file === end.file && position.offset >= end.offset);

export const startDrainHost = async (options: DrainHostOptions): Promise<DrainHost> => {
  const { journal, telemetry, now } = options;
  const { log } = telemetry;
  let stored: JournalPosition = journal.start();
  let released: JournalPosition = stored;
  let fault: string | null = null;
  let storeState: StoreState = options.store.kind === 'embedded' ? READY : NOT_ASKED;
  let toldFault = { code: '', atMillis: 0 };
  /** When the first record came that the drain had not stored at the time. */
  let behindSinceMillis: number | null = null;
  let incompleteTraces: number | null = null;
  let listener: ((told: ToldChanges | null) => void) | null = null;
  let daysDerivedOtherwise: readonly string[] = [];
  let erasures: ErasureState = { tombstones: 0, pending: 0, pendingSinceMillis: null };
  let sealedFile = 0;
  let closing = false;

  const noteStored = (progress: DrainProgress): void => {
    stored = progress.position;
    fault = null;
    behindSinceMillis = isReached(stored, journal.end()) ? null : progress.oldestReceivedAtMillis;
    telemetry.drain.drained(progress);
    options.onStored?.(stored);
  };

  const start = (prepared: PreparedDrainThread): Promise<DrainThread> =>
    startDrainThread(
      prepared,
      {
        journalDirectory: options.journalDirectory,
        deadLetterDirectory: options.deadLetterDirectory,
        store: options.store,
        start: stored,
        erasureTimes: options.erasureTimes,
        maxValueBytes: options.maxValueBytes,
        ownPrices: options.ownPrices,
      },
      {
        onProgress: noteStored,
        onChanges: (told) => listener?.(told),
        onFault: (code) => {
          fault = code;
          telemetry.drain.drainFault(code);
          // Told already, and better.
          if (storeState.status === 'waiting' && storeState.code === code) return;
          if (code === toldFault.code && now() - toldFault.atMillis < TELL_MILLIS) return;
          toldFault = { code, atMillis: now() };
          log.error({ code }, 'the store refused a batch; it is tried again');
        },
        onRecovered: () => {
          fault = null;
          toldFault = { code: '', atMillis: 0 };
          log.info({}, 'the store takes batches again');
        },
        onStoreCounts: (counts) => {
          telemetry.elasticsearch().sent(counts);
        },
        onStoreState: (state) => {
          storeState = state;
          if (state.status === 'waiting') log.error({ code: state.code }, `the store is not ready: ${state.message}`);
          else if (state.warning === null) log.info({}, 'the store is ready');
          else log.warn({}, `the store is ready, but ${state.warning}`);
        },
        onIncomplete: (traces) => {
          incompleteTraces = traces;
        },
        onErasures: (state) => {
          erasures = state;
        },
        sealJournal: async () => (sealedFile = (await journal.seal()).file),
        removeTexts: options.texts.remove,
        areTextsPurged: options.texts.isPurged,
        onUnreadable: () => {
          telemetry.drain.unreadableRecord();
          log.error({}, 'a journal record could not be stored and was set aside');
        },
        onDerivedOtherwise: (days) => {
          const isNews = daysDerivedOtherwise.length === 0;
          daysDerivedOtherwise = days;
          const [since] = days;
          if (since !== undefined && isNews)
            log.warn(
              { days: days.length, since },
              'stored traces were derived by other rules or prices: noveum-collector rederive derives them anew',
            );
        },
        onExit: (error) => {
          fault = 'DRAIN_STOPPED';
          toldFault = { code: '', atMillis: 0 };
          log.error({ err: error }, 'the drain has stopped and is started again');
          setTimeout(restart, RESTART_MILLIS);
        },
      },
    );

  /** Nobody may hold what was erased for longer than a day. */
  const giveUpOverdue = (): void => {
    const { pendingSinceMillis } = erasures;
    if (pendingSinceMillis !== null && sealedFile > 0 && now() - pendingSinceMillis > OVERDUE_MILLIS)
      options.giveUpBacklog(sealedFile - 1);
  };
  const overdueTimer = setInterval(giveUpOverdue, OVERDUE_CHECK_MILLIS);

  let thread = await start(options.thread);
  const restart = (): void => {
    if (closing) return;
    start(prepareDrainThread()).then(
      (started) => {
        thread = started;
        thread.listen(listener !== null);
        // The thread that died may have stored what it could tell nobody.
        listener?.(null);
        thread.advance(journal.end());
      },
      (error: unknown) => {
        log.error({ err: error }, 'the drain could not be started; it is tried again');
        setTimeout(restart, RESTART_MILLIS);
      },
    );
  };

  const release = async (): Promise<void> => {
    const position = stored;
    if (released === position) return;
    released = position;
    await journal.release(position);
  };
  const releaseTimer = setInterval(() => void release(), RELEASE_MILLIS);

  thread.advance(journal.end());
  journal.onDurable((end) => {
    behindSinceMillis ??= now();
    thread.advance(end);
  });

  return {
    listen(next) {
      listener = next;
      thread.listen(next !== null);
    },
    fault: () => {
      if (storeState.status === 'waiting') return { code: storeState.code, message: storeState.message };
      return fault === null ? null : { code: fault, message: null };
    },
    lagBytes: () => {
      const end = journal.end();
      if (isReached(stored, end)) return 0;
      return end.file === stored.file ? end.offset - stored.offset : journal.health().bytes;
    },
    lagSeconds: () => (behindSinceMillis === null ? 0 : Math.max(0, now() - behindSinceMillis) / 1000),
    incompleteTraces: () => incompleteTraces,
    daysDerivedOtherwise: () => daysDerivedOtherwise,
    rederive: (request, from) => thread.rederive(request, from),
    erase: (request) => thread.erase(request, journal.end()),
    erasure: (id) => thread.erasure(id),
    erasures: () => erasures,
    backup: (directory, onProgress) => thread.backup(directory, journal.end(), onProgress),
    async close(withinMillis) {
      closing = true;
      clearInterval(releaseTimer);
      clearInterval(overdueTimer);
      await thread.close(withinMillis);
      await release();
    },
  };
};
