import { randomInt } from 'node:crypto';

import type { Files } from '../files/index.js';
import type { AppendOutcome, Journal, JournalPosition } from './journal.js';
import { createJournalFiles } from './journal-files.js';
import { oneAtATime } from './one-at-a-time.js';
import { type EncodedRecord, encodeRecord } from './record-codec.js';
import { recover } from './recover.js';

export interface JournalOptions {
  readonly files: Files;
  readonly directory: string;
  /** Bytes of records held until the store has them; default 1 GiB. */
  readonly limitBytes?: number;
  /** A new file is begun beyond so many; default 16 MiB. */
  readonly fileBytes?: number;
  /** Where other readers than the store stood at the last stop: what lies behind is kept, if it is still there. */
  readonly kept?: readonly JournalPosition[];
  /** Bytes scanned, while the journal opens. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Stretches of the journal, of one record or more each, that were found damaged and are left out. */
  readonly onCorrupt?: (records: number) => void;
  /** Runs the task once after so long; default: a timer that keeps no process alive. */
  readonly later?: (millis: number, task: () => void) => void;
  /** Any u32; default: a random one. */
  readonly newSalt?: () => number;
}

interface Waiting {
  readonly record: EncodedRecord;
  readonly resolve: (outcome: AppendOutcome) => void;
}

const DEFAULT_LIMIT_BYTES = 1024 ** 3;
const DEFAULT_FILE_BYTES = 16 * 1024 * 1024;
/** One commit takes no more, so that a file's size is bounded: recovery reads it whole. */
const GROUP_BYTES = 16 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;
/** How often a failing disk is tried while nothing is appended. */
const PROBE_MILLIS = 1_000;
/** An idle journal keeps no more than this of what the store has. */
const IDLE_BYTES = 64 * 1024;

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? 'UNKNOWN';

const runLater = (millis: number, task: () => void): void => {
  setTimeout(task, millis).unref();
};

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

const earlier = (a: JournalPosition | null, b: JournalPosition): JournalPosition =>
  a === null || isBefore(b, a) ? b : a;

const isSame = (a: JournalPosition, b: JournalPosition): boolean => a.file === b.file && a.offset === b.offset;

/**
 * Opens the write side. One commit begins as soon as the last one returned, and takes all that came meanwhile: a
 * timer would only add its length to each acknowledgement (measured).
 */
export const openJournal = async (options: JournalOptions): Promise<Journal> => {
  const { files, directory, limitBytes = DEFAULT_LIMIT_BYTES, fileBytes = DEFAULT_FILE_BYTES } = options;
  const { kept: keptPlaces = [] } = options;
  const { onProgress = () => undefined, onCorrupt = () => undefined, later = runLater } = options;
  const { newSalt = () => randomInt(2 ** 32) } = options;
  await files.makeDirectory(directory);
  const recovered = await recover({ files, directory, kept: keptPlaces, onProgress, onCorrupt });
  const log = createJournalFiles({ files, directory, fileBytes, newSalt, recovered });

  const listeners: ((end: JournalPosition) => void)[] = [];
  const queue: Waiting[] = [];
  let queuedBytes = 0;
  let sealing: ((begin: JournalPosition) => void)[] = [];
  let released = recovered.start;
  let kept = keptPlaces.reduce<JournalPosition | null>(earlier, null);
  let writeFailure: string | null = null;
  let releaseFailure: string | null = null;
  let isProbing = false;
  /** Whoever uses the files; one at a time. */
  let running: Promise<void> | null = null;
  const releaseInTurn = oneAtATime();
  let closed = false;

  const isBusy = (): boolean => running !== null;

  const occupy = (task: () => Promise<void>): void => {
    running ??= task().finally(() => {
      running = null;
      if (queue.length + sealing.length > 0) occupy(commitAll);
    });
  };

  const takeGroup = (): Waiting[] => {
    let bytes = 0;
    const beyond = queue.findIndex(({ record }) => (bytes += record.bytes) > GROUP_BYTES);
    return queue.splice(0, beyond === -1 ? queue.length : Math.max(1, beyond));
  };

  const commit = async (group: readonly Waiting[]): Promise<AppendOutcome> => {
    try {
      await log.write(group.map(({ record }) => record));
      writeFailure = null;
      return { status: 'durable' };
    } catch (error) {
      writeFailure = codeOf(error);
      probeLater();
      return { status: 'failed', code: writeFailure };
    }
  };

  const tellDurable = (): void => {
    for (const listener of listeners) listener(log.end());
  };

  const sealAll = async (): Promise<void> => {
    const waiting = sealing;
    sealing = [];
    await log.seal();
    tellDurable();
    for (const resolve of waiting) resolve(log.end());
  };

  const commitAll = async (): Promise<void> => {
    while (queue.length + sealing.length > 0) {
      if (sealing.length > 0) await sealAll();
      if (queue.length === 0) continue;
      const group = takeGroup();
      const outcome = await commit(group);
      for (const { record, resolve } of group) {
        queuedBytes -= record.bytes;
        resolve(outcome);
      }
      if (outcome.status === 'durable') tellDurable();
    }
  };

  const probe = async (): Promise<void> => {
    try {
      if (writeFailure !== null) await log.begin();
      writeFailure = null;
    } catch (error) {
      writeFailure = codeOf(error);
      probeLater();
    }
  };

  const probeLater = (): void => {
    if (isProbing || closed) return;
    isProbing = true;
    later(PROBE_MILLIS, () => {
      isProbing = false;
      if (closed) return;
      if (releaseFailure !== null) void release(released);
      if (writeFailure === null) return;
      if (running === null) occupy(probe);
      else probeLater();
    });
  };

  const isIdleAt = (position: JournalPosition): boolean =>
    running === null &&
    position.offset >= IDLE_BYTES &&
    isSame(position, log.end()) &&
    (kept === null || !isBefore(kept, log.end()));

  /** Leaves the file that everybody has all of, so that it can go; a busy one is left by its size. */
  const leaveIfIdle = async (position: JournalPosition): Promise<JournalPosition> => {
    if (!isIdleAt(position)) return position;
    const discarded = log.discard();
    const end = log.end();
    if (kept !== null) kept = end;
    occupy(() => discarded);
    await discarded;
    return end;
  };

  const firstNeededFile = (): number => Math.min(released.file, kept?.file ?? released.file);

  const releaseNow = async (position: JournalPosition): Promise<void> => {
    if (isBefore(position, released)) return;
    const target = await leaveIfIdle(position);
    released = target;
    releaseFailure = null;
    try {
      await log.release(target, firstNeededFile());
    } catch (error) {
      releaseFailure = codeOf(error);
      probeLater();
    }
  };

  const release = (position: JournalPosition): Promise<void> =>
    releaseInTurn(() => (closed ? Promise.resolve() : releaseNow(position)));

  const heldBytes = (): number => log.heldBytes(released) + queuedBytes;

  return {
    append(record) {
      if (closed) return Promise.resolve({ status: 'failed', code: 'CLOSED' });
      const encoded = encodeRecord(record);
      if (heldBytes() + encoded.bytes > limitBytes)
        return Promise.resolve({ status: 'full', retryAfterSeconds: RETRY_AFTER_SECONDS });
      return new Promise((resolve) => {
        queue.push({ record: encoded, resolve });
        queuedBytes += encoded.bytes;
        occupy(commitAll);
      });
    },
    onDurable(listener) {
      listeners.push(listener);
    },
    release,
    keep(position) {
      const first = firstNeededFile();
      // What was discarded in between holds nothing that anybody needs.
      kept = position === null || kept === null || isBefore(kept, position) ? position : kept;
      if (firstNeededFile() > first || isIdleAt(released)) void release(released);
    },
    seal: () =>
      closed
        ? Promise.resolve(log.end())
        : new Promise((resolve) => {
            sealing.push(resolve);
            occupy(commitAll);
          }),
    start: () => recovered.start,
    end: () => log.end(),
    wholeFrom: () => recovered.wholeFrom,
    health() {
      const code = writeFailure ?? releaseFailure;
      const status = code === null ? 'healthy' : 'degraded';
      const keptFiles = log.count(released.file);
      return { status, code, bytes: heldBytes(), limitBytes, files: log.count(), keptFiles };
    },
    async close() {
      closed = true;
      await releaseInTurn(() => Promise.resolve());
      while (isBusy()) await running;
      await log.finish();
    },
  };
};
