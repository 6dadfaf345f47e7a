import { randomBytes } from 'node:crypto';

import type { Files } from '../../files/index.js';
import type { Erasure, ErasureRequest } from '../trace-store.js';
import { type DoomedTrace, eraseFromDay, findDoomed, lastTraceId, recountHour } from './day-erasure.js';
import { ERASURE_LOG_NAME, type ErasureLog, openErasureLog } from './erasure-log.js';
import { createErasureRequests, type RecordedRequest } from './erasure-requests.js';
import type { ErasedElsewhere } from './erased-elsewhere.js';
import { oneByOne, type Turns } from './turns.js';
import type { Partitions } from './partitions.js';

/** Takes traces out of the indexes; what is left of them in files is `purge`'s. */
export interface Eraser {
  /** Null where nothing was ever erased. */
  log(): ErasureLog | null;
  isErased(project: string, traceKey: string): boolean;
  erase(request: ErasureRequest): Promise<Erasure | null>;
  /** Goes on with what a stop or a fault cut short, a little; true where there was something. */
  resume(): Promise<boolean>;
  /** Traces are being taken out just now, or will be by `resume`. */
  isBusy(): boolean;
  state(): ErasureState;
  close(): Promise<void>;
}

/** For the metrics. */
export interface ErasureState {
  /** Erased traces whose fragments are not taken. */
  readonly tombstones: number;
  /** Erasures whose bytes may still be in files. */
  readonly pending: number;
  /** When the oldest of them was asked for; null: there is none. */
  readonly pendingSinceMillis: number | null;
}

interface EraserOptions {
  readonly files: Files;
  readonly directory: string;
  readonly partitions: Partitions;
  readonly elsewhere: ErasedElsewhere;
  /** In which nothing else changes the indexes. */
  readonly inTurn: Turns;
  /** Rows were removed: whoever keeps rows in memory forgets them. */
  readonly onChanged: () => void;
}

/** So many go in one turn: some 50 ms. */
const TRACES_AT_ONCE = 200;
/** An erasure of more is told of the hidden parts of unreadable requests by nothing but its filter. */
const NAMED_TRACES = 1_000;
const SALT_BYTES = 16;

type Steps = AsyncGenerator<undefined, Erasure | null>;

export const createEraser = async (options: EraserOptions): Promise<Eraser> => {
  const { files, directory, partitions, elsewhere, inTurn, onChanged } = options;
  const requests = createErasureRequests(files, directory);
  const newSalt = (): string => randomBytes(SALT_BYTES).toString('hex');
  const isThere = (await files.list(directory)).includes(ERASURE_LOG_NAME);
  let log: ErasureLog | null = isThere ? openErasureLog(directory, newSalt) : null;
  /** Cut short, oldest first. */
  let unfinished = await requests.list();
  let underWay: Steps | null = null;
  const inOrder = oneByOne();
  let erasing = 0;
  let isClosing = false;

  const theLog = async (): Promise<ErasureLog> => {
    if (log !== null) return log;
    log = openErasureLog(directory, newSalt);
    await files.syncDirectory(directory);
    return log;
  };

  const eraseSome = async (
    to: ErasureLog,
    request: ErasureRequest,
    day: number,
    lastId: number,
  ): Promise<readonly DoomedTrace[]> => {
    const { id, target } = request;
    const { index } = await partitions.open(day);
    const doomed = findDoomed(index, target, lastId, TRACES_AT_ONCE);
    if (doomed.length === 0) return doomed;
    const underWay = doomed.map(({ project, traceKey }) => ({ project, traceKey, day }));
    await requests.save({ ...request, underWay });
    to.bury(id, day, doomed);
    onChanged();
    eraseFromDay(index, doomed);
    return doomed;
  };

  const lastIdIn = async (day: number, { target }: ErasureRequest): Promise<number> => {
    const { traceKey } = target;
    if (!partitions.days().includes(day)) return 0;
    if (traceKey !== undefined && !(await partitions.mayHave(day, traceKey))) return 0;
    return lastTraceId((await partitions.open(day)).index);
  };

  const recountDay = async (day: number): Promise<boolean> =>
    partitions.days().includes(day) && recountHour((await partitions.open(day)).index);

  /** What an erasure by id is told where it finds nothing: the one that took the trace, if there was one. */
  const earlierOf = async (to: ErasureLog, { target }: ErasureRequest): Promise<Erasure | null> => {
    const { project, traceKey } = target;
    if (traceKey === undefined) return null;
    const projects = new Set(project === null ? [] : [project]);
    for (const day of project === null ? partitions.days() : []) {
      const { index } = await partitions.open(day);
      for (const { name } of index.database.prepare('SELECT name FROM project').all()) projects.add(name as string);
    }
    return [...projects].map((name) => to.of(name, traceKey)).find((erasure) => erasure !== null) ?? null;
  };

  const stepsOf = async function* ({ underWay, ...request }: RecordedRequest): Steps {
    const { id } = request;
    const to = await theLog();
    if (underWay !== undefined) await elsewhere.remove(underWay);
    to.begin(request);
    const keys: string[] = [];
    for (const day of partitions.days()) {
      const lastId = await inTurn(() => lastIdIn(day, request));
      for (let erased = TRACES_AT_ONCE; erased === TRACES_AT_ONCE;) {
        const doomed = await inTurn(() => eraseSome(to, request, day, lastId));
        erased = doomed.length;
        if (erased > 0) await elsewhere.remove(doomed.map(({ project, traceKey }) => ({ project, traceKey, day })));
        if (keys.length <= NAMED_TRACES) keys.push(...doomed.map(({ traceKey }) => traceKey));
        yield;
      }
    }
    for (const day of to.daysOf(id)) while (await inTurn(() => recountDay(day))) yield;
    const isNamed = to.get(id)?.traces === keys.length && keys.length <= NAMED_TRACES;
    const wasElsewhere = await elsewhere.finish(request, {
      isErased: to.tombstones.has,
      traceKeys: isNamed ? keys : null,
    });
    if (to.get(id)?.traces === 0 && request.target.traceKey !== undefined && !wasElsewhere) {
      to.withdraw(id);
      await requests.remove(id);
      return inTurn(() => earlierOf(to, request));
    }
    to.endRemoval(id);
    await requests.remove(id);
    return to.get(id);
  };

  const runToEnd = async (request: ErasureRequest): Promise<Erasure | null> => {
    const steps = stepsOf(request);
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return step.value;
      if (isClosing) throw new Error('the store is closing; the erasure goes on at its next start');
    }
  };

  return {
    log: () => log,
    isErased: (project, traceKey) => log?.tombstones.has(project, traceKey) === true,
    isBusy: () => erasing > 0 || unfinished.length > 0,
    state() {
      const pending = log?.pending();
      return {
        tombstones: log?.tombstones.count() ?? 0,
        pending: pending?.count ?? 0,
        pendingSinceMillis: pending?.sinceMillis ?? null,
      };
    },
    async erase(request) {
      erasing++;
      try {
        await requests.save(request);
        return await inOrder(() => runToEnd(request)).catch(async (error: unknown) => {
          // As it is recorded: with what was under way.
          const recorded = await requests.list().catch(() => []);
          unfinished = [...unfinished, recorded.find(({ id }) => id === request.id) ?? request];
          throw error;
        });
      } finally {
        erasing--;
      }
    },
    async resume() {
      const [request] = unfinished;
      if (request === undefined) return false;
      underWay ??= stepsOf(request);
      try {
        const { done } = await underWay.next();
        if (done !== true) return true;
        unfinished = unfinished.slice(1);
      } catch (error) {
        underWay = null;
        throw error;
      }
      underWay = null;
      return true;
    },
    async close() {
      isClosing = true;
      await inOrder(() => Promise.resolve());
      log?.close();
    },
  };
};
