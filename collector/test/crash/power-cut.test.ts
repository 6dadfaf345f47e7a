import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createSimulatedFiles } from '../../src/files/index.js';
import { NOON_MILLIS } from '../../src/store/contract/index.js';
import type { TraceWriter } from '../../src/store/index.js';
import { type Clock, createClock } from './power-cut/clock.js';
import { createCutFiles, type Cut, type CutFiles } from './power-cut/cut-files.js';
import { createIndexDisk, type IndexImage } from './power-cut/index-disk.js';
import { createLedger, type Ledger } from './power-cut/ledger.js';
import { beginLife, type Life } from './power-cut/life.js';
import { below, oneOf, type Random, randomOf } from './power-cut/random.js';
import { anyRequest } from './power-cut/requests.js';
import { verifyStore } from './power-cut/verify.js';

const CUTS = Number(process.env['NOVEUM_SIMULATOR_SEEDS'] ?? (process.env['CI'] === 'true' ? 1000 : 200));
/** Lives of one disk, each ended by a power cut or a kill. */
const LIVES = 4;
/** In memory where there is such a place: that SQLite waits for a disk proves nothing here, and takes most of the time. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** With SQLite in it a life takes some 30 ms: as many cuts as the journal's simulator has seeds, and 60 s at most. */
const SEEDS = Math.ceil(CUTS / LIVES);
const MAX_STEPS = 25;
const TURNS_TO_STAND_STILL = 400;
const JOURNAL = '/data/journal';
const HOUR_MILLIS = 3_600_000;

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

interface Machine {
  readonly random: Random;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly storeDirectory: string;
}

const send = ({ random, clock, ledger }: Machine, { journal }: Life, isAlive: () => boolean): void => {
  clock.pass(1);
  const again = random() < 0.25 ? ledger.earlier(below(random, 1000)) : undefined;
  const fresh = anyRequest(random, clock.now());
  const record = again === undefined ? fresh : { ...again, receivedAtMillis: clock.now() };
  ledger.sent(record);
  void journal.append(record).then(({ status }) => {
    if (isAlive()) ledger.told(record, status);
  });
};

/** The index says that so much is dead, so that all of a day is moved to a new segment at the next upkeep. */
const makeCompactionDue = (storeDirectory: string, names: readonly string[], random: Random): void => {
  const days = names.filter((name) => name.endsWith('.sqlite'));
  const name = days[below(random, days.length)];
  if (name === undefined) return;
  const database = new DatabaseSync(join(storeDirectory, name));
  const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (user_version > 0) database.exec(`INSERT OR REPLACE INTO meta(name, value) VALUES ('dead_bytes', 1e9)`);
  database.close();
};

const anyCut = (random: Random): Cut | null =>
  random() < 0.2
    ? null
    : {
        operation: 1 + Math.floor(250 * random() ** 2),
        style: oneOf(random, ['before', 'after', 'torn', 'torn']),
      };

/** What the collector does and what is done to it, until the power goes. */
const liveOn = async (machine: Machine, life: Life, addFault: () => void, isAlive: () => boolean): Promise<void> => {
  const { random, clock } = machine;
  for (let count = below(random, MAX_STEPS); count >= 0 && isAlive(); count--) {
    const choice = random();
    if (choice < 0.45) for (let requests = below(random, 3); requests >= 0; requests--) send(machine, life, isAlive);
    else if (choice < 0.75) clock.pass(oneOf(random, [20, 20, 500, 6000, 6000]));
    else if (choice < 0.8) clock.pass(below(random, HOUR_MILLIS * 6));
    else if (choice < 0.93) void life.release();
    else addFault();
    await turns(below(random, 250));
  }
};

/** All that the journal holds goes into the store, and nothing is left to be tidied up. */
const liveToTheEnd = async ({ clock }: Machine, { journal, drain, writer, release }: Life): Promise<void> => {
  const drained = { isReached: false };
  void drain.reach(journal.end()).then(() => {
    drained.isReached = true;
  });
  for (let pauses = 0; !drained.isReached; pauses++) {
    if (pauses > 300) throw new Error('the drain does not come to an end');
    clock.passToNext();
    await turns(300);
  }
  while (await writer.maintain(clock.now()));
  await release();
};

const runSeed = async (seed: number, storeDirectory: string): Promise<void> => {
  const random = randomOf(seed);
  const machine: Machine = { random, clock: createClock(NOON_MILLIS), ledger: createLedger(), storeDirectory };
  const index = createIndexDisk(storeDirectory, random);
  index.restore(new Map(), true);
  let disk = createSimulatedFiles({ random });

  const openFiles = (cut: Cut | null, onCut: (image: IndexImage) => void): CutFiles =>
    createCutFiles({ files: disk, index, storeDirectory, cut, onCut });

  const begin = (files: CutFiles, onWriter: (writer: TraceWriter) => void): Promise<Life> =>
    beginLife({ ...machine, files, journalDirectory: JOURNAL }, onWriter);

  const liveOnce = async (): Promise<void> => {
    // A kill ends the process, and leaves what the page cache holds to the next one.
    const isKill = random() < 0.2;
    const ended = Promise.withResolvers<IndexImage>();
    disk.clearFaults();
    let next = disk;
    let isAlive = true;
    let writer: TraceWriter | null = null;
    const files = openFiles(anyCut(random), (image) => {
      isAlive = false;
      if (!isKill) next = disk.crash();
      ended.resolve(isKill ? index.image() : image);
    });
    if (random() < 0.3) makeCompactionDue(storeDirectory, index.names(), random);
    const addFault = (): void => {
      const code = oneOf(random, ['EIO', 'ENOSPC']);
      disk.fail({ code, after: below(random, 4), times: 1 + below(random, 3) });
    };
    const run = async (): Promise<IndexImage> => {
      const life = await begin(files, (opened) => {
        writer = opened;
      });
      await liveOn(machine, life, random() < 0.3 ? addFault : () => undefined, () => isAlive);
      files.cutNow();
      return ended.promise;
    };
    const image = await Promise.race([run(), ended.promise]);
    await turns(TURNS_TO_STAND_STILL);
    machine.clock.clear();
    files.bury();
    await turns(TURNS_TO_STAND_STILL);
    machine.clock.clear();
    await (writer as TraceWriter | null)?.close();
    index.restore(image, !isKill);
    disk = next;
  };

  for (let life = 0; life < LIVES; life++) await liveOnce();
  disk.clearFaults();
  const files = openFiles(null, () => undefined);
  const last = await begin(files, () => undefined);
  try {
    await liveToTheEnd(machine, last);
    await verifyStore(files, storeDirectory, machine.ledger.kept());
  } finally {
    await last.writer.close();
  }
};

test(`a collector whose power goes at any moment has in the end all that it acknowledged, once, ${String(CUTS)} times over`, async () => {
  const directory = mkdtempSync(join(PARENT, 'noveum-power-cut-'));
  try {
    for (let seed = 1; seed <= SEEDS; seed++) {
      await runSeed(seed, directory).catch((cause: unknown) => {
        throw new Error(`seed ${String(seed)}`, { cause });
      });
      // All else here are promises: without it no timer, that of the test's own limit included, would ever be due.
      await new Promise(setImmediate);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 600_000);
