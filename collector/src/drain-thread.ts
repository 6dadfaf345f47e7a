import { type MessagePort, parentPort } from 'node:worker_threads';

import type { OwnPrice } from 'noveum-proto';
import { createPriceBook } from 'noveum-proto/pricing';

import { keepDeadLetter } from './dead-letter.js';
import { startDrain } from './drain.js';
import { createErasedElsewhere } from './erased-elsewhere.js';
import { createDiskFiles } from './files/index.js';
import { type JournalPosition, openJournalReader } from './journal/index.js';
import { createRederiveTools } from './rederive.js';
import type { ErasureRequest, RederivePlace, RederiveRequest, RederiveTools } from './store/index.js';
import { openWriter } from './open-writer.js';
import type { OpenWriterOptions } from './opened-writer.js';
import type { StoredIn } from './stored-in.js';
import { remoteCalls, serveCalls, workOf } from './threads/index.js';

export interface DrainThreadData {
  readonly journalDirectory: string;
  readonly deadLetterDirectory: string;
  readonly store: StoredIn;
  readonly start: JournalPosition;
  readonly erasureTimes: OpenWriterOptions['erasureTimes'];
  readonly maxValueBytes: number;
  readonly ownPrices: readonly OwnPrice[];
}

/** However short the time until a purge is. */
const MIN_SEAL_MILLIS = 1_000;

const port = parentPort as MessagePort;
const {
  journalDirectory,
  deadLetterDirectory,
  store: storedIn,
  start,
  erasureTimes,
  maxValueBytes,
  ownPrices,
} = await workOf<DrainThreadData>();
const files = createDiskFiles();
const prices = createPriceBook({ own: ownPrices });
/** What the thread that started this one does for it: see `DrainThreadEvents`. */
const host = remoteCalls(port);
const sealJournal = (): Promise<number> => host.call('sealJournal');
const elsewhere = createErasedElsewhere({
  files,
  journalDirectory,
  deadLetterDirectory,
  sealJournal,
  removeTexts: (traces) => host.call('removeTexts', traces),
  areTextsPurged: () => host.call('areTextsPurged'),
});
/** Who waits until the store has caught up. */
const waitingForStore = new Set<(reason: Error) => void>();

class StoreAway extends Error {
  override readonly name = 'StoreAway';
  constructor(readonly code: string) {
    super('the store takes nothing now');
  }
}

/** Something came of a trace that was erased. */
let holdsErased = false;
const opened = await openWriter(storedIn, {
  files,
  erasureTimes,
  elsewhere,
  maxValueBytes,
  prices,
  onState: (state) => {
    port.postMessage({ type: 'store-state', state });
  },
});
const { writer: store } = opened;
const journal = await openJournalReader({ files, directory: journalDirectory });

const drain = startDrain({
  journal,
  store,
  start,
  prices,
  now: Date.now,
  onProgress: (progress) => {
    holdsErased ||= progress.erasedFragments > 0;
    port.postMessage({ type: 'progress', progress });
  },
  onChanges: (told) => {
    port.postMessage({ type: 'changes', told });
  },
  onFault: (code) => {
    for (const fail of waitingForStore) fail(new StoreAway(code));
    port.postMessage({ type: 'fault', code });
  },
  onRecovered: () => {
    port.postMessage({ type: 'recovered' });
  },
  setAside: async (record) => {
    await keepDeadLetter(files, deadLetterDirectory, record);
    port.postMessage({ type: 'unreadable' });
  },
});

port.on('message', (message: { type: string; end?: JournalPosition; on?: boolean }) => {
  if (message.type === 'advance' && message.end !== undefined) drain.advance(message.end);
  if (message.type === 'listen') drain.listen(message.on === true);
});

const COUNT_MILLIS = 15_000;
const TELL_COUNTS_MILLIS = 1_000;
let counting = false;
const countIncomplete = async (): Promise<void> => {
  if (counting) return;
  counting = true;
  // Nothing is told where the count can't be made: the store's own faults are told by the drain.
  const traces = await opened.countIncomplete().catch(() => null);
  counting = false;
  port.postMessage({ type: 'incomplete', traces });
};
const countTimer = setInterval(() => void countIncomplete(), COUNT_MILLIS);
void countIncomplete();

let toldOtherDays: string | null = null;
const tellOtherDerivations = async (): Promise<void> => {
  // Nothing is told where the days can't be read: the store's own faults are told by the drain.
  const days = await opened.daysDerivedOtherwise().catch(() => null);
  if (days === null || days.join() === toldOtherDays) return;
  toldOtherDays = days.join();
  port.postMessage({ type: 'derived-otherwise', days });
};
/** A store may be away at the start, and of a shared one others derive traces anew. */
const otherDaysTimer = setInterval(() => {
  if (toldOtherDays === null || (opened.isShared && toldOtherDays !== '')) void tellOtherDerivations();
}, COUNT_MILLIS);
let tools: RederiveTools | null = null;
const tellErasures = async (): Promise<void> => {
  // Nothing is told where the store can't be asked.
  const state = await opened.erasures().catch(() => null);
  if (state !== null) port.postMessage({ type: 'erasures', state });
};
void tellErasures();

// What was sent again of the erased lies in the journal's last file, which nothing else may ever fill.
const sealTimer = setInterval(
  () => {
    void tellErasures();
    if (holdsErased) void sealJournal();
    holdsErased = false;
  },
  Math.max(MIN_SEAL_MILLIS, erasureTimes.purgeAfterMillis),
);

const tellCounts = (): void => {
  const counts = opened.counts();
  if (counts !== null) port.postMessage({ type: 'store-counts', counts });
};
tellCounts();
const countsTimer = setInterval(tellCounts, TELL_COUNTS_MILLIS);

/** Nobody waits for a store that may be away for hours. */
const reachUnlessAway = async (end: JournalPosition): Promise<void> => {
  const { promise, reject } = Promise.withResolvers<never>();
  waitingForStore.add(reject);
  await Promise.race([drain.reach(end), promise]).finally(() => waitingForStore.delete(reject));
};

serveCalls(port, {
  rederive: async (request: RederiveRequest, from: RederivePlace | null) => {
    const steps = (tools ??= createRederiveTools(prices, () => performance.now()));
    const take = () => opened.rederive(request, from, steps);
    const step = await (opened.isShared ? take() : drain.between(take));
    if (step.next === null && !request.dryRun) await tellOtherDerivations();
    return step;
  },
  // The end was named by an `advance` before this call.
  erase: async (request: ErasureRequest, end: JournalPosition) => {
    await reachUnlessAway(end);
    const erasure = await store.erase(request);
    await tellErasures();
    return erasure;
  },
  erasure: (id: string) => store.erasure(id),
  // The end was named by an `advance` before this call.
  backup: async (target: string, end: JournalPosition) => {
    await drain.reach(end);
    await store.backup(target, (done, total) => {
      port.postMessage({ type: 'backup-progress', done, total });
    });
  },
  close: async (withinMillis: number) => {
    clearInterval(countTimer);
    clearInterval(sealTimer);
    clearInterval(countsTimer);
    clearInterval(otherDaysTimer);
    await drain.close(AbortSignal.timeout(withinMillis));
    await journal.close();
    await store.close();
  },
});
port.postMessage({ type: 'ready' });

void tellOtherDerivations();
