import { crc32 } from 'node:zlib';

import { type Fragment, toTraceDocument } from 'noveum-proto';

import type { Files } from '../../files/index.js';
import type { TraceFragment, TraceWriter, WriteReport } from '../trace-store.js';
import { createBlockBuilder, createBlockScratch } from './block-builder.js';
import { dayName, dayNumberOf } from './day.js';
import { type Counted, countedOf } from './counted.js';
import type { StoredFragment } from './stored-fragment.js';
import { setFromDocument } from './document-row.js';
import { openPartitions, type Partition, type Partitions } from './partitions.js';
import { type BlockReader, createBlockReader } from './segment-files.js';
import {
  canJoin,
  countHeldSpans,
  holdSpans,
  joinFacts,
  newTraceRow,
  noteArrival,
  spanCountOf,
  type TraceRow,
} from './trace-row.js';
import { createUpkeep, type Retention } from './upkeep.js';
import { backupStore } from './backup.js';

export interface EmbeddedWriterOptions {
  readonly files: Files;
  readonly directory: string;
  readonly retention: Retention;
}

/** A trace as one `write` changes it. */
interface Change {
  readonly day: number;
  readonly project: string;
  readonly row: TraceRow;
  readonly before: Counted | null;
  readonly taken: { readonly fragment: TraceFragment; readonly payloadHash: number; seq: number }[];
  derive: boolean;
}

const HOT_TRACES = 4_000;
const MILLIS_PER_DAY = 86_400_000;

const NOTHING = new Uint8Array(0);

const payloadHashOf = (payload: Uint8Array): number => crc32(payload) * 0x100000 + (payload.length & 0xfffff);

/** Opens the write side of the embedded store in `directory`: one for a directory, see `TraceWriter`. */
export const openEmbeddedWriter = async (options: EmbeddedWriterOptions): Promise<TraceWriter> => {
  const { files, directory } = options;
  const partitions: Partitions = await openPartitions(files, directory);
  const blocks: BlockReader = createBlockReader(files, directory);
  const scratch = createBlockScratch();
  const hot = new Map<string, { readonly day: number; readonly row: TraceRow }>();
  const upkeep = createUpkeep({
    files,
    directory,
    partitions,
    blocks,
    retention: options.retention,
    onChanged: () => {
      hot.clear();
    },
  });
  let duplicateSpans = 0;

  const findStored = async (
    project: string,
    key: string,
    likelyDay: number,
  ): Promise<{ day: number; row: TraceRow } | null> => {
    const days = partitions.days();
    const order = [...days].sort((a, b) => Math.abs(a - likelyDay) - Math.abs(b - likelyDay));
    for (const day of order) {
      if (!(await partitions.mayHave(day, key))) continue;
      const { index } = await partitions.open(day);
      const row = index.load(index.projectId(project), key);
      if (row !== null) return { day, row };
    }
    return null;
  };

  const startOf = (fragment: TraceFragment): bigint => {
    if (fragment.facts !== null) return fragment.facts.startUnixNano;
    const document = toTraceDocument([fragment]);
    return document === null ? BigInt(fragment.receivedAtMillis) * 1_000_000n : BigInt(document.start_unix_nano);
  };

  const changeOf = async (place: string, fragment: TraceFragment): Promise<Change> => {
    const known = hot.get(place);
    if (known !== undefined) {
      hot.delete(place);
      hot.set(place, known);
      return { ...known, project: fragment.project, before: countedOf(known.row), taken: [], derive: false };
    }
    const likelyDay = dayNumberOf(startOf(fragment), fragment.receivedAtMillis);
    const stored = await findStored(fragment.project, fragment.traceKey, likelyDay);
    if (stored !== null)
      return { ...stored, project: fragment.project, before: countedOf(stored.row), taken: [], derive: false };
    const { index } = await partitions.open(likelyDay);
    const row = newTraceRow(index.projectId(fragment.project), fragment.traceKey);
    return { day: likelyDay, project: fragment.project, row, before: null, taken: [], derive: false };
  };

  /** The hash only points: what is left out must be the same to the byte. */
  const isHeld = async ({ row, day, taken }: Change, payload: Uint8Array, payloadHash: number): Promise<boolean> => {
    for (const [at, hash] of row.payloadHashes.entries()) {
      if (hash !== payloadHash) continue;
      const stored = row.payloadHashes.length - taken.length;
      if (at >= stored) {
        if (Buffer.compare(taken[at - stored]?.fragment.payload ?? NOTHING, payload) === 0) return true;
        continue;
      }
      const place = (await partitions.open(day)).index.fragments(row)[at];
      if (place !== undefined && Buffer.compare(await blocks.payload(dayName(day), place), payload) === 0) return true;
    }
    return false;
  };

  const take = async (change: Change, fragment: TraceFragment): Promise<void> => {
    const { row } = change;
    const { facts, payload } = fragment;
    const payloadHash = payloadHashOf(payload);
    if (row.payloadHashes.length > 0 && (await isHeld(change, payload, payloadHash))) {
      if (facts !== null) duplicateSpans += spanCountOf(facts);
      return;
    }
    const heldSpans = facts === null ? 0 : countHeldSpans(row, facts);
    duplicateSpans += heldSpans;
    if (!change.derive && canJoin(row, facts, heldSpans)) joinFacts(row, facts, fragment.keyEnvironment);
    else change.derive = true;
    if (facts !== null) holdSpans(row, facts.spanIds);
    row.payloadHashes.push(payloadHash);
    noteArrival(row, fragment);
    change.taken.push({ fragment, payloadHash, seq: row.fragments });
  };

  const derive = async (change: Change, partition: Partition): Promise<void> => {
    const { row, day } = change;
    const stored = row.id === 0 ? [] : partition.index.fragments(row);
    const held: Fragment[] = [];
    for (const fragment of stored)
      held.push({ ...fragment, project: change.project, payload: await blocks.payload(dayName(day), fragment) });
    const document = toTraceDocument([...held, ...change.taken.map((taken) => taken.fragment)]);
    if (document !== null) setFromDocument(row, document);
  };

  const commit = async (day: number, changes: readonly Change[]): Promise<void> => {
    const partition = await partitions.open(day);
    for (const change of changes) if (change.derive) await derive(change, partition);
    const appender = await partition.appender();
    const builder = createBlockBuilder(scratch, appender.segment, appender.end());
    const laid = changes.map((change) => change.taken.map(({ fragment }) => builder.add(fragment.payload)));
    await appender.append(builder.finish());
    partition.index.transaction(() => {
      changes.forEach((change, at) => {
        saveChange(partition, change, laid[at] as readonly StoredPlace[]);
      });
      partition.index.flushRollup();
    });
  };

  const remember = (place: string, change: Change): void => {
    hot.set(place, { day: change.day, row: change.row });
    if (hot.size > HOT_TRACES) hot.delete(hot.keys().next().value as string);
  };

  const write = async (fragments: readonly TraceFragment[]): Promise<WriteReport> => {
    const changes = new Map<string, Change>();
    duplicateSpans = 0;
    try {
      for (const fragment of fragments) {
        const place = `${fragment.traceKey} ${fragment.project}`;
        let change = changes.get(place);
        if (change === undefined) {
          change = await changeOf(place, fragment);
          changes.set(place, change);
        }
        await take(change, fragment);
      }
      const byDay = Map.groupBy(
        [...changes.values()].filter((change) => change.taken.length > 0),
        (change) => change.day,
      );
      for (const [day, ofDay] of byDay) await commit(day, ofDay);
    } catch (error) {
      for (const place of changes.keys()) hot.delete(place);
      throw error;
    }
    for (const [place, change] of changes) if (change.row.id !== 0) remember(place, change);
    return reportOf([...changes.values()], duplicateSpans);
  };

  return {
    write,
    // Every `write` is durable already: the segment is synced before the index commits, which is synced too.
    sync: () => Promise.resolve(),
    maintain: (nowMillis) => upkeep.step(nowMillis),
    backup: (target, onProgress) => backupStore({ files, directory, partitions, target, onProgress }),
    async close() {
      await blocks.close();
      await partitions.close();
    },
  };
};

type StoredPlace = Omit<StoredFragment, 'kind' | 'receivedAtMillis' | 'keyEnvironment'>;

const saveChange = (partition: Partition, change: Change, places: readonly StoredPlace[]): void => {
  const { row, before } = change;
  partition.index.save(row, before);
  let bytes = 0;
  change.taken.forEach(({ fragment, payloadHash, seq }, at) => {
    bytes += fragment.payload.length;
    partition.index.addFragment(
      row,
      seq,
      {
        ...(places[at] as StoredPlace),
        kind: fragment.kind,
        receivedAtMillis: fragment.receivedAtMillis,
        keyEnvironment: fragment.keyEnvironment,
      },
      fragment.facts?.spanIds ?? null,
      payloadHash,
    );
  });
  const usageDay = Math.floor(row.lastReceived / MILLIS_PER_DAY);
  partition.index.addUsage(row.project, usageDay, before === null ? 1 : 0, row.spans - (before?.spans ?? 0), bytes);
};

const reportOf = (changes: readonly Change[], duplicateSpans: number): WriteReport => ({
  newTraces: changes.filter((change) => change.before === null && change.row.id !== 0).length,
  newSpans: changes.reduce((sum, change) => sum + Math.max(0, change.row.spans - (change.before?.spans ?? 0)), 0),
  duplicateSpans,
});
