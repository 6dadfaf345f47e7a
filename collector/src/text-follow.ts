import type { BacklogReader, JournalPosition, JournalRecord } from './journal/index.js';
import type { RecordTexts } from './normalise/index.js';
import type { StoredTrace, StoredTraces } from './store/embedded/index.js';
import { COPIED_POSITION, type EmbeddedTextWriter, readIndexPosition } from './store/embedded/text/index.js';
import type { TextEntry, TextTrace } from './store/index.js';

/** How far texts are indexed. */
export interface TextProgress {
  /** Everything before it is in the index, durably; null: the index is made anew from the store. */
  readonly position: JournalPosition | null;
  /** The journal from here on is still to be read. */
  readonly needed: JournalPosition;
  readonly lagBytes: number;
  /** When the oldest record came that is not indexed, to within one batch; null: there is none. */
  readonly waitingSinceMillis: number | null;
  /** Counts since the last report. */
  readonly rebuilds: number;
  readonly indexedTexts: number;
  readonly cutTraces: number;
  readonly unreadableRecords: number;
}

export interface TextFollowOptions {
  readonly journal: BacklogReader;
  readonly writer: EmbeddedTextWriter;
  readonly stored: StoredTraces;
  readonly textsOf: (record: JournalRecord) => readonly RecordTexts[];
  /** The texts of a trace that is stored, by the same rules. */
  readonly textsOfStored: (trace: StoredTrace) => TextEntry['texts'];
  readonly dayOf: (startUnixNano: bigint, receivedAtMillis: number) => number;
  /** Where the journal begins, and where the index's position is in it; null: it has none that can be followed. */
  readonly start: JournalPosition;
  readonly position: JournalPosition | null;
  /** Journal kept for what is not indexed yet; beyond it the index is made anew from the store. */
  readonly maxLagBytes: number;
  readonly onProgress: (progress: TextProgress) => void;
  readonly now: () => number;
  readonly pause: (millis: number) => Promise<void>;
}

export interface TextFollow {
  /** The store has everything before `stored`; the journal ends at `end`. */
  advance(stored: JournalPosition, end: JournalPosition): void;
  /** Resolves once the index has everything that the store had when it was called. */
  reach(): Promise<void>;
  /** Durable once it returns. What is read of these traces at the moment isn't indexed either. */
  remove(traces: readonly TextTrace[]): void;
  /** Gives up what is not indexed yet of the journal: the index is made anew from the store. */
  letGo(): void;
  close(): Promise<void>;
  /** Rejects where the index or the store fails: it is to be started anew, with a writer that was opened anew. */
  readonly running: Promise<void>;
}

const BATCH_BYTES = 1024 * 1024;
const COMMIT_MILLIS = 1_000;
const IDLE_MILLIS = 250;
const UPKEEP_MILLIS = 5_000;
const TIDY_MILLIS = 10_000;
/** Nothing has come for so long: what comes now was not received before. */
const QUIET_MILLIS = 2_000;
/** What merging may take of the time between two commits. */
const UPKEEP_SHARE_MILLIS = 200;

const OFFSETS = 2n ** 32n;

/** A place of the journal as the index's ever growing number. */
const textPositionOf = ({ file, offset }: JournalPosition): bigint => BigInt(file) * OFFSETS + BigInt(offset);

export const journalPositionOf = (position: bigint): JournalPosition => ({
  file: Number(position / OFFSETS),
  offset: Number(position % OFFSETS),
});

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

/** Whether an index that stands there can go on in a journal that ends at `end` and is whole from `wholeFrom` on. */
export const isFollowable = (position: JournalPosition, end: JournalPosition, wholeFrom: number): boolean =>
  position.file >= wholeFrom && !isBefore(end, position);

/** Where in the journal indexing stood at the last stop. */
export const keptForTexts = (storeDirectory: string): JournalPosition[] => {
  const reached = readIndexPosition(storeDirectory);
  if (reached?.position === undefined || reached.position === null || reached.position === COPIED_POSITION) return [];
  return [journalPositionOf(reached.position)];
};

const placeOf = ({ project, traceKey }: TextTrace): string => `${traceKey} ${project}`;

/** Journal → texts → index, behind the store: what it has not, is not indexed. */
export const startTextFollow = (options: TextFollowOptions): TextFollow => {
  const { journal, writer, stored, textsOf, textsOfStored, dayOf, onProgress, now, pause } = options;
  let position: JournalPosition = options.position ?? options.start;
  let isRebuilding = options.position === null;
  let needed = position;
  let limit = position;
  let end = position;
  let lagBytes = 0;
  let rebuilds = 0;
  let unreadableRecords = 0;
  let toldTexts = 0;
  let toldCuts = 0;
  let waitingSinceMillis: number | null = null;
  let isClosing = false;
  let mustLetGo = false;
  let committedAt = now();
  let uncommitted = false;
  /** When the last record came; null: since then it was told that none did. */
  let quietSince: number | null = now();
  let nextUpkeep = now();
  let nextTidy = now();
  const memory = Buffer.allocUnsafeSlow(BATCH_BYTES);
  const removed = new Set<string>();
  let reaching: { readonly target: JournalPosition; readonly resolve: () => void }[] = [];

  const tell = (): void => {
    const { cutTraces, indexedTexts } = writer.counts();
    onProgress({
      position: isRebuilding ? null : position,
      needed,
      lagBytes,
      waitingSinceMillis,
      rebuilds,
      indexedTexts: indexedTexts - toldTexts,
      cutTraces: cutTraces - toldCuts,
      unreadableRecords,
    });
    toldTexts = indexedTexts;
    toldCuts = cutTraces;
    rebuilds = 0;
    unreadableRecords = 0;
  };

  const commit = async (): Promise<void> => {
    writer.commit();
    committedAt = now();
    uncommitted = false;
    if (!isRebuilding) needed = position;
    lagBytes = await journal.backlogBytes(position, end);
    if (!isBefore(position, end)) waitingSinceMillis = null;
    tell();
    if (isRebuilding || isBefore(position, limit)) return;
    reaching = reaching.filter(({ resolve, target }) => {
      if (isBefore(position, target)) return true;
      resolve();
      return false;
    });
  };

  /** Of what was read and is not added yet. */
  const wanted = (entries: readonly TextEntry[]): readonly TextEntry[] =>
    removed.size === 0 ? entries : entries.filter((entry) => !removed.has(placeOf(entry)));

  /** Retention takes whole days from the store. */
  const tidy = async (): Promise<void> => {
    if (now() < nextTidy) return;
    nextTidy = now() + TIDY_MILLIS;
    await stored.letGo();
    const days = await stored.days();
    for (const day of writer.days()) if (!days.includes(day)) await writer.drop(day);
  };

  const upkeep = (): void => {
    const until = now() + UPKEEP_SHARE_MILLIS;
    while (now() < until) if (!writer.maintain(now())) return;
  };

  const entriesOf = async (record: JournalRecord): Promise<TextEntry[]> => {
    let found: readonly RecordTexts[];
    try {
      found = textsOf(record);
    } catch {
      // The drain has set it aside: it is not in the store.
      unreadableRecords++;
      return [];
    }
    const entries: TextEntry[] = [];
    for (const { project, startUnixNano, texts, traceKey } of found) {
      const likelyDay = dayOf(startUnixNano, record.receivedAtMillis);
      const place = await stored.find(project, traceKey, likelyDay);
      // What was erased, or is too old to be kept, is not indexed.
      if (place !== null) entries.push({ ...place, project, traceKey, texts });
    }
    return entries;
  };

  const indexBatch = async (): Promise<void> => {
    const upTo = limit;
    removed.clear();
    const batch = await journal.read(position, upTo, BATCH_BYTES, memory);
    const reached = batch?.end ?? upTo;
    const entries: TextEntry[] = [];
    let received = 0;
    for (const record of batch?.records ?? []) {
      waitingSinceMillis = record.receivedAtMillis;
      received = Math.max(received, record.receivedAtMillis);
      for (const entry of await entriesOf(record)) entries.push(entry);
    }
    if (isRebuilding) return;
    writer.add(wanted(entries), textPositionOf(reached));
    if (received > 0) writer.receivedTo(received);
    position = reached;
    uncommitted = true;
    quietSince = now();
  };

  /** Whole traces out of the store, the latest day first. */
  const rebuild = async (): Promise<void> => {
    const keepsFound = mustLetGo || writer.isOutdated();
    if (mustLetGo) {
      mustLetGo = false;
      rebuilds++;
    }
    writer.restart(keepsFound);
    const from = limit;
    const startedAt = now();
    position = from;
    needed = from;
    tell();
    for (const day of (await stored.days()).toReversed()) {
      let rank = 0;
      for (;;) {
        if (isInterrupted()) return;
        removed.clear();
        const traces = await stored.next(day, rank);
        const last = traces.at(-1);
        if (last === undefined) break;
        rank = last.rank;
        writer.refill(wanted(traces.map((trace) => ({ ...trace, texts: textsOfStored(trace) }))));
        await keepBounds();
        if (now() - committedAt >= COMMIT_MILLIS) await commit();
        upkeep();
        await pause(0);
      }
    }
    writer.receivedTo(startedAt);
    writer.settle(textPositionOf(from));
    isRebuilding = false;
    await commit();
  };

  const isInterrupted = (): boolean => isClosing || mustLetGo;

  const keepBounds = async (): Promise<void> => {
    if (now() - committedAt < COMMIT_MILLIS) return;
    if ((await journal.backlogBytes(needed, end)) <= options.maxLagBytes) return;
    mustLetGo = true;
  };

  const step = async (): Promise<void> => {
    await tidy();
    if (mustLetGo) isRebuilding = true;
    if (isRebuilding) {
      await rebuild();
      return;
    }
    if (isBefore(position, limit)) {
      await keepBounds();
      if (mustLetGo) return;
      await indexBatch();
      if (now() - committedAt >= COMMIT_MILLIS) {
        await commit();
        upkeep();
      }
      await pause(0);
      return;
    }
    if (quietSince !== null && !isBefore(position, end) && now() - quietSince >= QUIET_MILLIS) {
      writer.receivedTo(now());
      quietSince = null;
      uncommitted = true;
    }
    if (reaching.length > 0 || (uncommitted && now() - committedAt >= COMMIT_MILLIS)) await commit();
    if (now() >= nextUpkeep) {
      upkeep();
      nextUpkeep = now() + UPKEEP_MILLIS;
    }
    if (!isClosing) await pause(IDLE_MILLIS);
  };

  const run = async (): Promise<void> => {
    while (!isClosing) await step();
    if (!isRebuilding) await commit();
  };
  const running = run();

  return {
    advance(to, journalEnd) {
      limit = to;
      end = journalEnd;
    },
    reach: () =>
      new Promise((resolve) => {
        reaching = [...reaching, { target: limit, resolve }];
      }),
    remove(traces) {
      for (const trace of traces) removed.add(placeOf(trace));
      writer.remove(traces);
    },
    letGo() {
      mustLetGo = true;
    },
    running,
    async close() {
      isClosing = true;
      await running;
    },
  };
};
