import { parseSenderReport } from 'noveum-proto';

import { type MetaStore, senderKey, type SenderRow, senderRowKey } from '../meta/index.js';
import { joined, rowAfter } from './heard-row.js';
import { createKnownSenders } from './known-senders.js';

/** Told of what can't be told to anybody else. */
export interface SendersObserver {
  /** A header that is no report: passed over. */
  invalid(): void;
  /** Senders that had to go for others. */
  forgotten(count: number): void;
  /** What was not saved stays to be saved. `isFirst`: the attempt before it did not fail. */
  saveFailed(error: unknown, isFirst: boolean): void;
}

export interface SendersOptions {
  readonly store: Pick<MetaStore, 'saveSenders' | 'listSenders' | 'forgetSenders'>;
  /** Of this collector, among those that share the store. */
  readonly collector: string;
  /** True where other collectors have rows in the store. */
  readonly isShared: boolean;
  readonly observe: SendersObserver;
  readonly now: () => number;
  readonly later: (millis: number, task: () => void) => () => void;
  /** Default 2,000. */
  readonly maxSenders?: number;
}

export interface Senders {
  /** One request that was answered; `header` as it came. Never throws, never waits. */
  heard(project: string | null, header: unknown, acceptedSpans: number): void;
  /** One row a sender, those of all collectors together. Rejects where the shared store doesn't answer. */
  list(): Promise<readonly SenderRow[]>;
  /** Senders of the project (null: of all) that had to go for others, since the start. */
  forgotten(project: string | null): number;
  readonly count: number;
  /** Saves what is not saved. Idempotent; never rejects. */
  close(): Promise<void>;
}

const MAX_SENDERS = 2_000;
const SAVE_EVERY_MILLIS = 2_000;
const REMEMBERED_MILLIS = 30 * 86_400_000;
const DEFAULT_PROJECT = 'default';
/** Projects of whose forgotten senders the number is kept. */
const MAX_PROJECTS = 1_000;

/** What senders say they sent, beside what came: in memory, and every few seconds what has changed in the store. */
export const createSenders = (options: SendersOptions): Senders => {
  const { store, collector, isShared, observe, now, later, maxSenders = MAX_SENDERS } = options;
  const known = createKnownSenders(maxSenders);
  const unsaved = new Map<string, SenderRow>();
  const toForget = new Map<string, SenderRow>();
  const forgottenOf = new Map<string, number>();
  let isLoaded = false;
  let isClosed = false;
  let isFailing = false;
  let saving: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  const forget = (row: SenderRow): void => {
    unsaved.delete(senderRowKey(row));
    toForget.set(senderRowKey(row), row);
    const [oldest] = toForget.keys();
    // Beyond that the store keeps its rows until they are read at a start: it is away, and senders come and go.
    if (oldest !== undefined && toForget.size > maxSenders) toForget.delete(oldest);
    const { project } = row;
    const before = forgottenOf.get(project) ?? 0;
    if (before > 0 || forgottenOf.size < MAX_PROJECTS) forgottenOf.set(project, before + 1);
    observe.forgotten(1);
  };

  const put = (row: SenderRow): void => {
    toForget.delete(senderRowKey(row));
    unsaved.set(senderRowKey(row), row);
    const gone = known.put(row);
    if (gone !== undefined) forget(gone);
  };

  /** What was kept before the start; what came since then is added to it. */
  const load = async (): Promise<void> => {
    const kept = (await store.listSenders()).filter((row) => !isShared || row.collector === collector);
    const before = known.rows();
    for (const row of [...kept].reverse()) {
      const gone = known.put(row);
      if (gone !== undefined) forget(gone);
    }
    for (const row of before) {
      const old = kept.find((each) => each.project === row.project && senderKey(each) === senderKey(row));
      put(old === undefined ? row : joined(row, old));
    }
    isLoaded = true;
  };

  const saveNow = async (): Promise<void> => {
    if (!isLoaded) await load();
    for (const row of known.takeOld(now() - REMEMBERED_MILLIS)) {
      unsaved.delete(senderRowKey(row));
      toForget.set(senderRowKey(row), row);
    }
    const rows = [...unsaved.values()];
    const gone = [...toForget.values()];
    if (rows.length > 0) await store.saveSenders(rows);
    for (const row of rows) if (unsaved.get(senderRowKey(row)) === row) unsaved.delete(senderRowKey(row));
    if (gone.length > 0) await store.forgetSenders(gone);
    for (const row of gone) if (toForget.get(senderRowKey(row)) === row) toForget.delete(senderRowKey(row));
  };

  const save = (): Promise<void> => {
    saving ??= saveNow()
      .then(
        () => {
          isFailing = false;
        },
        (error: unknown) => {
          observe.saveFailed(error, !isFailing);
          isFailing = true;
        },
      )
      .finally(() => {
        saving = undefined;
      });
    return saving;
  };

  const saveLater = (): void => {
    if (isClosed) return;
    cancel = later(SAVE_EVERY_MILLIS, () => {
      void save().then(saveLater);
    });
  };
  void save().then(saveLater);

  const others = async (): Promise<readonly SenderRow[]> =>
    isShared ? (await store.listSenders()).filter((row) => row.collector !== collector) : [];

  return {
    heard(keyProject, header, acceptedSpans) {
      const report = typeof header === 'string' ? parseSenderReport(header) : null;
      if (report === null) {
        observe.invalid();
        return;
      }
      const project = keyProject ?? (report.project === '' ? DEFAULT_PROJECT : report.project);
      const row = known.get(project, senderKey({ report }));
      put(rowAfter(row, { collector, project, report, acceptedSpans, nowMillis: now() }));
    },
    async list() {
      if (!isLoaded) await save();
      const rows = new Map(known.rows().map((row) => [`${row.project}\n${senderKey(row)}`, row]));
      for (const row of await others()) {
        const key = `${row.project}\n${senderKey(row)}`;
        const own = rows.get(key);
        rows.set(key, own === undefined ? row : joined(own, row));
      }
      return [...rows.values()];
    },
    forgotten: (project) =>
      project === null
        ? [...forgottenOf.values()].reduce((sum, count) => sum + count, 0)
        : (forgottenOf.get(project) ?? 0),
    get count() {
      return known.count;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancel?.();
      await saving;
      await save();
    },
  };
};
