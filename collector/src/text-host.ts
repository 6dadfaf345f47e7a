import { Worker } from 'node:worker_threads';

import type { PartHealth } from './api/index.js';
import type { Journal, JournalPosition, Keep } from './journal/index.js';
import type { TextTrace } from './store/index.js';
import type { Telemetry } from './telemetry/index.js';
import type { TextProgress } from './text-follow.js';
import type { TextThreadData } from './text-thread.js';
import { remoteCalls } from './threads/index.js';

export interface TextHostOptions {
  readonly journal: Journal;
  /** Told already of where the index goes on. */
  readonly keep: Keep;
  readonly journalDirectory: string;
  readonly storeDirectory: string;
  readonly maxLagBytes: number;
  readonly maxTraceUnits: number;
  /** From a removal until its terms leave the files. */
  readonly purgeAfterMillis: number;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

/** Keeps a thread running that indexes the texts of what the store has, behind the drain. */
export interface TextHost {
  /** The store has everything before it. */
  advance(stored: JournalPosition): void;
  part(): PartHealth;
  lagBytes(): number;
  /** Age of the oldest request whose texts are not indexed yet; 0: none. */
  lagSeconds(): number;
  /**
   * Takes traces out of the index, durably once it resolves; to be called after the store has erased them, for then
   * they aren't indexed again from what is still to be read. Their terms leave the files after
   * `purgeAfterMillis`. Rejects where
   * the thread ends meanwhile: call it again.
   */
  remove(traces: readonly TextTrace[]): Promise<void>;
  /** No terms of removed traces are in the files any more. Rejects as `remove` does. */
  isPurged(): Promise<boolean>;
  /** What is not indexed yet of the journal is not to be waited for: the index is made anew from the store. */
  letGo(): void;
  /** Copies the index, with all that the store has, beside a copy of the store. */
  backup(directory: string): Promise<void>;
  close(withinMillis: number): Promise<void>;
}

type TextMessage =
  { readonly type: 'progress'; readonly progress: TextProgress } | { readonly type: 'ready' | 'answer' | 'failure' };

const RESTART_MILLIS = 1_000;
/** What is not found by text after so long is a fault to be told. */
const LATE_SECONDS = 60;
/** Most of what the index holds in memory lies outside of the heap. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

export const startTextHost = (options: TextHostOptions): TextHost => {
  const { journal, keep, telemetry, now } = options;
  const { log } = telemetry;
  let stored = journal.start();
  let progress: TextProgress | null = null;
  let behindSinceMillis: number | null = null;
  let hasStopped = false;
  let closing = false;

  const noteProgress = (told: TextProgress): void => {
    if (told.rebuilds > 0)
      log.warn({ lagBytes: told.lagBytes }, 'the text index fell too far behind and is made anew from the store');
    telemetry.text.indexed(told);
    progress = told;
    hasStopped = false;
    behindSinceMillis =
      told.position !== null && !isBefore(told.position, stored)
        ? null
        : (told.waitingSinceMillis ?? behindSinceMillis);
    keep(told.needed);
    const { code, keptFiles } = journal.health();
    // What the store has is worth less than what a sender wants to send now.
    if (code === 'ENOSPC' && keptFiles > 0 && isBefore(told.needed, stored)) thread.post({ type: 'let-go' });
  };

  const startThread = () => {
    const data: TextThreadData = {
      journalDirectory: options.journalDirectory,
      storeDirectory: options.storeDirectory,
      start: journal.start(),
      stored,
      end: journal.end(),
      wholeFrom: journal.wholeFrom(),
      maxLagBytes: options.maxLagBytes,
      maxTraceUnits: options.maxTraceUnits,
      purgeAfterMillis: options.purgeAfterMillis,
    };
    const worker = new Worker(new URL('./text-thread.js', import.meta.url), {
      workerData: data,
      resourceLimits: RESOURCE_LIMITS,
    });
    const calls = remoteCalls(worker);
    let fault: unknown = null;
    worker.on('message', (message: TextMessage) => {
      if (message.type === 'progress') noteProgress(message.progress);
    });
    worker.on('error', (error) => {
      fault = error;
    });
    worker.on('exit', () => {
      if (closing) return;
      hasStopped = true;
      log.error({ err: fault }, 'indexing of texts has stopped and is started again');
      setTimeout(() => {
        if (!closing) thread = startThread();
      }, RESTART_MILLIS).unref();
    });
    return {
      calls,
      post: (message: object) => {
        worker.postMessage(message);
      },
      close: async (withinMillis: number) => {
        const stopped = calls.call('close').catch(() => undefined);
        const late = new Promise((resolve) => setTimeout(resolve, withinMillis).unref());
        await Promise.race([stopped, late]);
        await worker.terminate();
      },
    };
  };
  let thread = startThread();

  const lagSeconds = (): number => (behindSinceMillis === null ? 0 : Math.max(0, now() - behindSinceMillis) / 1000);

  return {
    advance(to) {
      stored = to;
      behindSinceMillis ??= now();
      thread.post({ type: 'advance', stored, end: journal.end() });
    },
    part() {
      const state = progress === null ? 'starting' : progress.position === null ? 'rebuilding' : 'following';
      const code = hasStopped ? 'TEXT_STOPPED' : lagSeconds() > LATE_SECONDS ? 'TEXT_LATE' : null;
      const details = { state, lagSeconds: lagSeconds(), lagBytes: progress?.lagBytes ?? 0 };
      return { status: code === null ? 'healthy' : 'degraded', code, details };
    },
    lagBytes: () => progress?.lagBytes ?? 0,
    lagSeconds,
    remove: (traces) => thread.calls.call('remove', traces),
    isPurged: () => thread.calls.call('isPurged'),
    letGo: () => {
      thread.post({ type: 'let-go' });
    },
    backup: (directory) => thread.calls.call('backup', directory),
    async close(withinMillis) {
      closing = true;
      await thread.close(withinMillis);
    },
  };
};
