import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

import { createDiskFiles } from './files/index.js';
import { type JournalPosition, openJournalReader } from './journal/index.js';
import { textsOfFragment, textsOfRecord } from './normalise/index.js';
import { dayNumberOf, openStoredTraces } from './store/embedded/index.js';
import { COPIED_POSITION, openTextWriter } from './store/embedded/text/index.js';
import type { TextTrace } from './store/index.js';
import { isFollowable, journalPositionOf, startTextFollow } from './text-follow.js';
import { serveCalls } from './threads/index.js';

export interface TextThreadData {
  readonly journalDirectory: string;
  readonly storeDirectory: string;
  /** Where the journal begins and ends, and how far the store has it. */
  readonly start: JournalPosition;
  readonly stored: JournalPosition;
  /** See `Journal.wholeFrom`. */
  readonly wholeFrom: number;
  readonly end: JournalPosition;
  readonly maxLagBytes: number;
  readonly maxTraceUnits: number;
  readonly purgeAfterMillis: number;
}

const port = parentPort as MessagePort;
const {
  end,
  journalDirectory,
  maxLagBytes,
  maxTraceUnits,
  purgeAfterMillis,
  start,
  stored,
  storeDirectory,
  wholeFrom,
} = workerData as TextThreadData;
const files = createDiskFiles();
const journal = await openJournalReader({ files, directory: journalDirectory });
const writer = await openTextWriter({
  files,
  directory: storeDirectory,
  maxTraceUnits,
  purgeAfterMillis,
  nowMillis: Date.now,
});
const traces = openStoredTraces(files, storeDirectory);

/** Where to go on in this journal; null: it is another's position, or the journal doesn't have what comes after it. */
const findPosition = (): JournalPosition | null => {
  const reached = writer.position();
  if (reached === null) return null;
  if (reached === COPIED_POSITION) return start;
  const position = journalPositionOf(reached);
  return isFollowable(position, end, wholeFrom) ? position : null;
};

const follow = startTextFollow({
  journal,
  writer,
  stored: traces,
  textsOf: textsOfRecord,
  textsOfStored: ({ fragments }) => fragments.flatMap(textsOfFragment),
  dayOf: dayNumberOf,
  start,
  position: findPosition(),
  maxLagBytes,
  onProgress: (progress) => {
    port.postMessage({ type: 'progress', progress });
  },
  now: Date.now,
  pause: (millis) =>
    new Promise((resolve) => {
      if (millis === 0) setImmediate(resolve);
      else setTimeout(resolve, millis);
    }),
});
follow.advance(stored, end);
follow.running.catch((error: unknown) => {
  // Whoever holds the thread starts it anew.
  setImmediate(() => {
    throw error;
  });
});

port.on('message', (message: { type: string; stored?: JournalPosition; end?: JournalPosition }) => {
  if (message.type === 'advance' && message.stored !== undefined && message.end !== undefined)
    follow.advance(message.stored, message.end);
  else if (message.type === 'let-go') follow.letGo();
});

serveCalls(port, {
  remove: (removed: readonly TextTrace[]) => {
    follow.remove(removed);
    return Promise.resolve();
  },
  isPurged: () => Promise.resolve(writer.isPurged()),
  backup: async (directory: string) => {
    await follow.reach();
    await writer.backup(directory);
  },
  close: async () => {
    await follow.close();
    writer.close();
    await traces.close();
    await journal.close();
  },
});
port.postMessage({ type: 'ready' });
