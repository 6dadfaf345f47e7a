import type { DrainProgress } from './drain.js';
import type { DrainThreadData } from './drain-thread.js';
import type { JournalPosition } from './journal/index.js';
import type { ToldChanges } from './stream/index.js';
import type { TakeRederiveStep } from './rederive.js';
import type { ErasureState } from './store/embedded/index.js';
import type { Erasure, ErasureRequest, TextTrace } from './store/index.js';
import type { StoreState } from './stored-in.js';
import type { ClusterCounts } from './telemetry/index.js';
import { type PreparedThread, prepareThread, remoteCalls, serveCalls } from './threads/index.js';

export interface DrainThread {
  advance(end: JournalPosition): void;
  /** Whether `onChanges` is to be told. */
  listen(on: boolean): void;
  /** Once everything before `end` is stored. */
  backup(directory: string, end: JournalPosition, onProgress: (done: number, total: number) => void): Promise<void>;
  /** One step between two batches, see `Rederive`. */
  readonly rederive: TakeRederiveStep;
  /** Once everything before `end` is stored; see `TraceWriter.erase`. */
  erase(request: ErasureRequest, end: JournalPosition): Promise<Erasure | null>;
  erasure(id: string): Promise<Erasure | null>;
  /** Stores what is left, at most `withinMillis`. */
  close(withinMillis: number): Promise<void>;
}

export interface DrainThreadEvents {
  readonly onProgress: (progress: DrainProgress) => void;
  readonly onChanges: (told: ToldChanges) => void;
  readonly onFault: (code: string) => void;
  readonly onRecovered: () => void;
  readonly onStoreCounts: (counts: ClusterCounts) => void;
  readonly onStoreState: (state: StoreState) => void;
  readonly onUnreadable: () => void;
  readonly onErasures: (state: ErasureState) => void;
  /** Has the journal begin a new file; resolves to its number. */
  readonly sealJournal: () => Promise<number>;
  /** Takes erased traces out of the text index, durably. */
  readonly removeTexts: (traces: readonly TextTrace[]) => Promise<void>;
  readonly areTextsPurged: () => Promise<boolean>;
  /** How many traces are incomplete; null: not known now. */
  readonly onIncomplete: (traces: number | null) => void;
  /** Days whose rows were derived by other rules or prices, YYYY-MM-DD; told after the start and when they are others. */
  readonly onDerivedOtherwise: (days: readonly string[]) => void;
  /** The thread died: it is started again by whoever holds it. */
  readonly onExit: (error: unknown) => void;
}

type DrainMessage =
  | { readonly type: 'erasures'; readonly state: ErasureState }
  | { readonly type: 'ready' | 'unreadable' | 'recovered' | 'answer' | 'failure' }
  | { readonly type: 'store-state'; readonly state: StoreState }
  | { readonly type: 'store-counts'; readonly counts: ClusterCounts }
  | { readonly type: 'progress'; readonly progress: DrainProgress }
  | { readonly type: 'incomplete'; readonly traces: number | null }
  | { readonly type: 'changes'; readonly told: ToldChanges }
  | { readonly type: 'fault'; readonly code: string }
  | { readonly type: 'derived-otherwise'; readonly days: readonly string[] }
  | { readonly type: 'backup-progress'; readonly done: number; readonly total: number };

/** Young objects die with their commit: most of them, where the nursery holds what one makes. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 24 };

export type PreparedDrainThread = PreparedThread<DrainThreadData>;

export const prepareDrainThread = (): PreparedDrainThread =>
  prepareThread(new URL('./drain-thread.js', import.meta.url), RESOURCE_LIMITS);

/** Has a thread carry the journal into the store; resolves once the store is open. */
export const startDrainThread = (
  prepared: PreparedDrainThread,
  data: DrainThreadData,
  events: DrainThreadEvents,
): Promise<DrainThread> => {
  const worker = prepared.begin(data);
  const calls = remoteCalls(worker);
  const { areTextsPurged, removeTexts, sealJournal } = events;
  serveCalls(worker, { areTextsPurged, removeTexts, sealJournal });
  let onBackup: (done: number, total: number) => void = () => undefined;
  let closing = false;

  return new Promise((resolve, reject) => {
    let fault: unknown = null;
    const thread: DrainThread = {
      advance(end) {
        worker.postMessage({ type: 'advance', end });
      },
      listen(on) {
        worker.postMessage({ type: 'listen', on });
      },
      backup(directory, end, onProgress) {
        onBackup = onProgress;
        thread.advance(end);
        return calls.call('backup', directory, end);
      },
      rederive: (request, from) => calls.call('rederive', request, from),
      erase(request, end) {
        thread.advance(end);
        return calls.call('erase', request, end);
      },
      erasure: (id) => calls.call('erasure', id),
      async close(withinMillis) {
        closing = true;
        await calls.call('close', withinMillis).catch(() => undefined);
        await worker.terminate();
      },
    };
    worker.on('message', (message: DrainMessage) => {
      if (message.type === 'ready') resolve(thread);
      else if (message.type === 'progress') events.onProgress(message.progress);
      else if (message.type === 'changes') events.onChanges(message.told);
      else if (message.type === 'fault') events.onFault(message.code);
      else if (message.type === 'recovered') events.onRecovered();
      else if (message.type === 'store-state') events.onStoreState(message.state);
      else if (message.type === 'store-counts') events.onStoreCounts(message.counts);
      else if (message.type === 'incomplete') events.onIncomplete(message.traces);
      else if (message.type === 'unreadable') events.onUnreadable();
      else if (message.type === 'derived-otherwise') events.onDerivedOtherwise(message.days);
      else if (message.type === 'erasures') events.onErasures(message.state);
      else if (message.type === 'backup-progress') onBackup(message.done, message.total);
    });
    worker.on('error', (error) => {
      fault = error;
      reject(error as Error);
    });
    worker.on('exit', () => {
      if (!closing) events.onExit(fault);
    });
  });
};
