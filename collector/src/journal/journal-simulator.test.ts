import { createSimulatedFiles, type SimulatedFault, type SimulatedFiles } from '../files/index.js';
import { type Journal, type JournalPosition, type JournalRecord, openJournal, openJournalReader } from './index.js';

const DIRECTORY = '/data/journal';
const SEEDS = Number(process.env['NOVEUM_SIMULATOR_SEEDS'] ?? (process.env['CI'] === 'true' ? 1000 : 200));
const LIVES = 6;
const MAX_STEPS = 30;

type Random = () => number;

/** mulberry32 */
const randomOf = (seed: number): Random => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

const recordOf = (id: number, random: Random): JournalRecord => {
  const body = Buffer.alloc(4 + (random() < 0.2 ? below(random, 9000) : below(random, 600)), id & 0xff);
  body.writeUInt32LE(id, 0);
  return {
    format: 'native',
    receivedAtMillis: id,
    project: `p${String(id)}`,
    keyEnvironment: null,
    redactionVersion: 0,
    refused: [],
    body,
  };
};

/** As `expect`, which is too slow for millions of calls. */
const demand = (holds: boolean, rule: string): void => {
  if (!holds) throw new Error(rule);
};

const idOf = ({ body, project, receivedAtMillis }: JournalRecord): number => {
  const id = Buffer.from(body.buffer, body.byteOffset, body.byteLength).readUInt32LE(0);
  demand(project === `p${String(id)}` && receivedAtMillis === id, `record ${String(id)} came back as another`);
  return id;
};

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

interface Read {
  readonly ids: number[];
  readonly ends: JournalPosition[];
}

const readAll = async (files: SimulatedFiles, from: JournalPosition, limit: JournalPosition): Promise<Read> => {
  const reader = await openJournalReader({ files, directory: DIRECTORY });
  const ids: number[] = [];
  const ends: JournalPosition[] = [];
  for (let position = from; ;) {
    const batch = await reader.read(position, limit, 700);
    if (batch === null) return { ids, ends };
    demand(batch.corrupt === 0, 'the reader found damage');
    for (const record of batch.records) {
      ids.push(idOf(record));
      ends.push(batch.end);
    }
    position = batch.end;
  }
};

type Told = 'nothing' | 'durable' | 'failed' | 'full';

/** What the sender of each record was told, over all lives of one disk. */
const createLedger = () => {
  const told = new Map<number, Told>();
  let releasedUpTo = 0;
  let forwardedUpTo = 0;

  const checkRecord = (id: number, isRead: boolean, isInDoubt: boolean): void => {
    const outcome = told.get(id);
    if (outcome === 'durable' && id > releasedUpTo) demand(isRead, `acknowledged record ${String(id)} is missing`);
    if (outcome === 'full' || (outcome === 'failed' && !isInDoubt))
      demand(!isRead, `record ${String(id)}, told ${outcome}, came back`);
  };

  return {
    told,
    unreleased: (): number[] => [...told.keys()].filter((id) => told.get(id) === 'durable' && id > releasedUpTo),
    unforwarded: (): number[] => [...told.keys()].filter((id) => told.get(id) === 'durable' && id > forwardedUpTo),
    noteForwarded: (id: number): void => {
      forwardedUpTo = Math.max(forwardedUpTo, id);
    },
    noteReleased: (id: number): void => {
      releasedUpTo = Math.max(releasedUpTo, id);
    },
    /** `read`: all that a restart gives back. */
    check(read: readonly number[], inDoubt: ReadonlySet<number>): void {
      const known = new Set(read);
      demand(
        read.every((id, index) => told.has(id) && id > (read[index - 1] ?? 0)),
        `read out of order, twice, or never appended: ${read.join()}`,
      );
      for (const id of told.keys()) checkRecord(id, known.has(id), inDoubt.has(id));
      const unanswered = [...told.keys()].filter((id) => told.get(id) === 'nothing');
      const survived = unanswered.map((id) => known.has(id));
      const cut = survived.indexOf(false);
      demand(cut === -1 || !survived.includes(true, cut), `not a prefix of the order of appending: ${read.join()}`);
      // What a restart has given back stays, what it has not is gone for good.
      for (const id of unanswered) told.set(id, 'failed');
      for (const id of read) told.set(id, 'durable');
    },
  };
};
type Ledger = ReturnType<typeof createLedger>;

const faultOf = (random: Random, times: number): SimulatedFault => ({
  code: (['ENOSPC', 'EIO', 'EROFS'] as const)[below(random, 3)] ?? 'EIO',
  after: below(random, 6),
  times,
});

interface Life {
  readonly files: SimulatedFiles;
  readonly journal: Journal;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly nextId: () => number;
  /** Told failed since the journal was last seen healthy. */
  readonly inDoubt: Set<number>;
  readonly addFault: () => void;
  /** Where the drain stands: it reads nothing that it has released. */
  readonly cursor: { position: JournalPosition };
  /** Where a second reader stands, that is ahead or behind, and is kept what it has not read. */
  readonly forward: { position: JournalPosition };
  /** No sender hears what is answered after the power went. */
  readonly isAlive: () => boolean;
}

const demandAll = (durable: readonly number[], ids: readonly number[], when: string): void => {
  const known = new Set(ids);
  for (const id of durable)
    demand(known.has(id), `acknowledged record ${String(id)} is missing for the second reader ${when}`);
};

const step = async (life: Life): Promise<void> => {
  const { files, journal, random, ledger, nextId, inDoubt, addFault, isAlive, cursor, forward } = life;
  const choice = random();
  if (choice < 0.6) {
    for (let count = below(random, 4); count >= 0; count--) {
      const id = nextId();
      ledger.told.set(id, 'nothing');
      void journal.append(recordOf(id, random)).then(({ status }) => {
        if (!isAlive()) return;
        if (status === 'failed') inDoubt.add(id);
        if (status === 'durable') inDoubt.clear();
        ledger.told.set(id, status);
      });
    }
  } else if (choice < 0.75) {
    addFault();
  } else if (choice < 0.85) {
    const durable = ledger.unreleased();
    const { ids, ends } = await readAll(files, cursor.position, journal.end());
    const known = new Set(ids);
    for (const id of durable) demand(known.has(id), `acknowledged record ${String(id)} is missing while it runs`);
    const last = below(random, ids.length);
    const end = ends[last];
    if (end === undefined) return;
    const lastOfBatch = ends.lastIndexOf(end);
    ledger.noteReleased(ids[lastOfBatch] ?? 0);
    cursor.position = end;
    void journal.release(end);
  } else if (choice < 0.95) {
    const durable = ledger.unforwarded();
    const { ids, ends } = await readAll(files, forward.position, journal.end());
    demandAll(durable, ids, 'while it runs');
    const last = below(random, ids.length);
    const end = ends[last];
    if (end === undefined) return;
    ledger.noteForwarded(ids[ends.lastIndexOf(end)] ?? 0);
    forward.position = end;
    journal.keep(end);
  }
  await turns(below(random, 60));
};

interface Trouble {
  readonly faultsPerLife: number;
  /** Calls in a row that one fault may hit. */
  readonly maxTimes: number;
  /** What was told failed may come back after a power cut, if nothing could be written in between. */
  readonly allowDoubt: boolean;
}

/** Runs a few lives of one disk, each ended by a power cut at any moment. */
const live = async (seed: number, { faultsPerLife, maxTimes, allowDoubt }: Trouble): Promise<void> => {
  const random = randomOf(seed);
  const ledger = createLedger();
  let lastId = 0;
  let forwardFrom: JournalPosition | null = null;
  let files = createSimulatedFiles({ random });
  let inDoubt = new Set<number>();
  for (let life = 0; life <= LIVES; life++) {
    const journal = await openJournal({
      files,
      directory: DIRECTORY,
      fileBytes: 8192,
      limitBytes: 60_000,
      kept: forwardFrom === null ? [] : [forwardFrom],
      later: () => undefined,
      newSalt: () => below(random, 2 ** 32),
      onCorrupt: () => {
        throw new Error('the simulator damages nothing that was durable');
      },
    });
    const { ids } = await readAll(files, journal.start(), journal.end());
    ledger.check(ids, allowDoubt ? inDoubt : new Set());
    // Before the first end it has nothing behind it.
    const forward: { position: JournalPosition } = { position: forwardFrom ?? journal.end() };
    if (forwardFrom === null) journal.keep(forward.position);
    const unread = await readAll(files, forward.position, journal.end());
    demandAll(ledger.unforwarded(), unread.ids, 'after a restart');
    if (life === LIVES) return;
    inDoubt = new Set();
    let alive = true;
    const cursor = { position: journal.start() };
    let faults = 0;
    for (let count = below(random, MAX_STEPS); count >= 0; count--)
      await step({
        files,
        journal,
        random,
        ledger,
        nextId: () => ++lastId,
        inDoubt,
        addFault() {
          if (faults++ < faultsPerLife) files.fail(faultOf(random, 1 + below(random, maxTimes)));
        },
        isAlive: () => alive,
        cursor,
        forward,
      });
    alive = false;
    // What it keeps of its own is as old as its last save, or older.
    forwardFrom = random() < 0.5 ? forward.position : (forwardFrom ?? forward.position);
    files = files.crash();
  }
};

const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);

const runSeeds = async (trouble: Trouble): Promise<void> => {
  for (const seed of seeds)
    try {
      await live(seed, trouble);
    } catch (error) {
      throw new Error(`seed ${String(seed)}`, { cause: error });
    }
};

describe(`a disk that loses power at any moment, ${String(SEEDS)} times over`, () => {
  it('gives back all that was acknowledged and not released, in order, once, and nothing else', async () => {
    await runSeeds({ faultsPerLife: 0, maxTimes: 0, allowDoubt: false });
  }, 300_000);

  it('gives back nothing that was told failed, though a write fails, and the cut after it too', async () => {
    await runSeeds({ faultsPerLife: 1, maxTimes: 2, allowDoubt: false });
  }, 300_000);

  it('gives back, though it fails for a while, all that was acknowledged and nothing that was not sent; in doubt is only what was told failed since it was last well', async () => {
    await runSeeds({ faultsPerLife: 5, maxTimes: 12, allowDoubt: true });
  }, 300_000);
});
