import { crc32 } from 'node:zlib';

import {
  cameOnOneDay,
  derivationOf,
  documentOf,
  type DocumentReading,
  type Fragment,
  type Prices,
  sentDocumentOf,
  spanCountOf,
  usageByDay,
} from 'noveum-proto';

import type { Files } from '../../files/index.js';
import { countCallsOf, countHeldSpans, holdSpans, joinFacts, noteArrival } from '../fact-sums/index.js';
import type { TraceChange, TraceFragment, TraceWriter, WriteReport } from '../trace-store.js';
import type { Rederive } from '../rederive.js';
import { noteDerivation } from './derivation.js';
import { createRederiving } from './rederive-rows.js';
import { createBlockBuilder, createBlockScratch } from './block-builder.js';
import { dayName, dayNumberOf } from './day.js';
import { type Counted, countedOf } from './counted.js';
import { createEraser, type ErasureState } from './eraser.js';
import { type ErasedElsewhere, NOWHERE_ELSE } from './erased-elsewhere.js';
import { createHotRows, type PlacedRow } from './hot-rows.js';
import type { Place } from './stored-fragment.js';
import { setFromDocument } from './document-row.js';
import { openPartitions, type Partition, type Partitions } from './partitions.js';
import { type BlockReader, createBlockReader } from './segment-files.js';
import { canJoinRow, newTraceRow, type TraceRow } from './trace-row.js';
import type { ErasureTimes } from './purge.js';
import { oneByOne } from './turns.js';
import { createUpkeep, type Retention } from './upkeep.js';
import { backupStore } from './backup.js';

export interface EmbeddedWriterOptions {
  readonly files: Files;
  readonly directory: string;
  readonly retention: Retention;
  /** Default: 10 minutes until the purge, remembered for 30 days, at most 5 million traces. */
  readonly erasureTimes?: Partial<ErasureTimes>;
  /** Default: the store is all that holds traces. */
  readonly elsewhere?: ErasedElsewhere;
  /** Of one attribute value, UTF-8; what is longer is cut in documents. Default 1 MiB. */
  readonly maxValueBytes?: number;
  /** For calls that came without a cost; default: none. */
  readonly prices?: Prices;
}

export interface EmbeddedWriter extends TraceWriter {
  erasures(): ErasureState;
}

/** A trace as one `write` changes it. */
interface Change {
  readonly placed: PlacedRow;
  readonly day: number;
  readonly project: string;
  readonly row: TraceRow;
  readonly before: Counted | null;
  readonly taken: { readonly fragment: TraceFragment; readonly payloadHash: number; seq: number }[];
  derive: boolean;
  /** Set by `derive` where the fragments came on several days. */
  spansAfterEach?: readonly number[];
}

const MAX_VALUE_BYTES = 1024 * 1024;

const ERASURE_TIMES: ErasureTimes = {
  purgeAfterMillis: 10 * 60_000,
  rememberMillis: 30 * 86_400_000,
  rememberTraces: 5_000_000,
};

const NOTHING = new Uint8Array(0);

const LENGTH_RANGE = 0x100000;

/** Points to payloads that may be the same; of a trace's first payload only the length does, as most traces have no second. */
const firstHashOf = (payload: Uint8Array): number => payload.length % LENGTH_RANGE;
const laterHashOf = (payload: Uint8Array): number => crc32(payload) * LENGTH_RANGE + (payload.length % LENGTH_RANGE);
const mayBeSame = (held: number, hash: number): boolean =>
  held === hash || (held < LENGTH_RANGE && held === hash % LENGTH_RANGE);

export interface EmbeddedWriter extends TraceWriter {
  readonly rederive: Rederive;
}

/** Opens the write side of the embedded store in `directory`: one for a directory, see `TraceWriter`. */
export const openEmbeddedWriter = async (options: EmbeddedWriterOptions): Promise<EmbeddedWriter> => {
  const { files, directory, maxValueBytes = MAX_VALUE_BYTES, prices } = options;
  const reading: DocumentReading = { maxValueBytes, ...(prices === undefined ? {} : { prices }) };
  const derivation = derivationOf(prices?.version);
  const partitions: Partitions = await openPartitions(files, directory, ({ database }) => {
    noteDerivation(database, derivation);
  });
  const blocks: BlockReader = createBlockReader(files, directory);
  const scratch = createBlockScratch();
  const hot = createHotRows();
  const inTurn = oneByOne();
  const onChanged = (): void => {
    hot.clear();
  };
  const { elsewhere = NOWHERE_ELSE } = options;
  const eraser = await createEraser({ files, directory, partitions, elsewhere, inTurn, onChanged });
  const upkeep = createUpkeep({
    files,
    directory,
    partitions,
    blocks,
    eraser,
    elsewhere,
    retention: options.retention,
    erasureTimes: { ...ERASURE_TIMES, ...options.erasureTimes },
    onChanged,
  });
  const rederive = createRederiving({
    partitions,
    blocks,
    reading,
    derivation,
    onChanged: ({ key }, project) => {
      hot.delete(placeOf(key, project));
    },
  });
  let duplicateSpans = 0;
  let writes = 0;
  let writesAtUpkeep = 0;
  let areLogsShort = false;

  const findStored = async (project: string, key: string, likelyDay: number): Promise<PlacedRow | null> => {
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
    const document = sentDocumentOf([fragment]);
    return document === null ? BigInt(fragment.receivedAtMillis) * 1_000_000n : BigInt(document.start_unix_nano);
  };

  const newRow = (day: number, { index }: Partition, fragment: TraceFragment): PlacedRow => ({
    day,
    row: newTraceRow(index.projectId(fragment.project), fragment.traceKey),
  });

  /** What can be told without waiting, as it can for most fragments: null where it can't. */
  const rowAtHand = (place: string, fragment: TraceFragment): PlacedRow | null => {
    const known = hot.get(place);
    if (known !== undefined) return known;
    if (fragment.facts === null || !partitions.surelyNew(fragment.traceKey)) return null;
    const day = dayNumberOf(fragment.facts.startUnixNano, fragment.receivedAtMillis);
    const partition = partitions.opened(day);
    return partition === undefined ? null : newRow(day, partition, fragment);
  };

  const findRow = async (fragment: TraceFragment): Promise<PlacedRow> => {
    const likelyDay = dayNumberOf(startOf(fragment), fragment.receivedAtMillis);
    const stored = await findStored(fragment.project, fragment.traceKey, likelyDay);
    return stored ?? newRow(likelyDay, await partitions.open(likelyDay), fragment);
  };

  /** The hash only points: what is left out must be the same to the byte. */
  const isHeld = async ({ row, day, taken }: Change, payload: Uint8Array, payloadHash: number): Promise<boolean> => {
    for (const [at, hash] of row.payloadHashes.entries()) {
      if (!mayBeSame(hash, payloadHash)) continue;
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

  const take = (change: Change, fragment: TraceFragment, payloadHash: number): void => {
    const { row } = change;
    const { facts } = fragment;
    const heldSpans = facts === null ? 0 : countHeldSpans(row, facts);
    duplicateSpans += heldSpans;
    if (!change.derive && canJoinRow(row, facts, heldSpans)) joinFacts(row, facts, fragment.keyEnvironment);
    else change.derive = true;
    if (facts !== null) holdSpans(row, facts.spanIds);
    row.payloadHashes.push(payloadHash);
    noteArrival(row, fragment);
    change.taken.push({ fragment, payloadHash, seq: row.fragments });
  };

  const takeUnlessHeld = async (change: Change, fragment: TraceFragment): Promise<void> => {
    const { facts, payload } = fragment;
    const payloadHash = laterHashOf(payload);
    if (!(await isHeld(change, payload, payloadHash))) take(change, fragment, payloadHash);
    else if (facts !== null) duplicateSpans += spanCountOf(facts);
  };

  const derive = async (change: Change, partition: Partition): Promise<void> => {
    const { row, day } = change;
    const stored = row.id === 0 ? [] : partition.index.fragments(row);
    const held: Fragment[] = [];
    for (const fragment of stored)
      held.push({ ...fragment, project: change.project, payload: await blocks.payload(dayName(day), fragment) });
    const document = documentOf([...held, ...change.taken.map((taken) => taken.fragment)], reading);
    if (document !== null) setFromDocument(row, document);
    const arrived = change.taken.map((taken) => taken.fragment);
    if (cameOnOneDay(arrived)) return;
    change.spansAfterEach = arrived.map(
      (_, at) => sentDocumentOf([...held, ...arrived.slice(0, at + 1)])?.span_count ?? 0,
    );
  };

  const commit = async (day: number, changes: readonly Change[]): Promise<void> => {
    const partition = await partitions.open(day);
    for (const change of changes) {
      if (change.derive) await derive(change, partition);
      else countCallsOf(change.row);
    }
    const appender = await partition.appender();
    const builder = createBlockBuilder(scratch, appender.segment, appender.end());
    const laid = changes.map((change) => change.taken.map(({ fragment }) => builder.add(fragment.payload)));
    try {
      await appender.append(builder.finish());
      partition.index.transaction(() => {
        changes.forEach((change, at) => {
          saveChange(partition, change, laid[at] as readonly Place[]);
        });
        partition.index.setSegmentEnd(appender.segment, appender.end());
        partition.index.flushSums();
      });
    } catch (error) {
      await partition.forgetAppender();
      throw error;
    }
  };

  const write: TraceWriter['write'] = async (fragments, onChange): Promise<WriteReport> => {
    const changes = new Map<string, Change>();
    let erasedFragments = 0;
    duplicateSpans = 0;
    writes++;
    areLogsShort = false;
    try {
      for (const fragment of fragments) {
        const place = placeOf(fragment.traceKey, fragment.project);
        let change = changes.get(place);
        if (change === undefined) {
          if (eraser.isErased(fragment.project, fragment.traceKey)) {
            erasedFragments++;
            continue;
          }
          change = changeOf(fragment.project, rowAtHand(place, fragment) ?? (await findRow(fragment)));
          changes.set(place, change);
        }
        if (change.row.fragments === 0) take(change, fragment, firstHashOf(fragment.payload));
        else await takeUnlessHeld(change, fragment);
      }
      for (const [day, ofDay] of byDayOf(changes)) await commit(day, ofDay);
    } catch (error) {
      for (const place of changes.keys()) hot.delete(place);
      throw error;
    }
    for (const [place, change] of changes) if (change.row.id !== 0) hot.remember(place, change.placed);
    if (onChange !== undefined) tellChanges(changes, onChange);
    return { ...reportOf(changes), duplicateSpans, erasedFragments };
  };

  const keepUp = async (nowMillis: number): Promise<boolean> => {
    const moreToDo = await upkeep.step(nowMillis);
    if (writes === writesAtUpkeep && !areLogsShort) {
      partitions.shortenLogs();
      areLogsShort = true;
    }
    writesAtUpkeep = writes;
    return moreToDo;
  };

  return {
    write: (fragments, onChange) => inTurn(() => write(fragments, onChange)),
    rederive: (request, from, tools) => inTurn(() => rederive(request, from, tools)),
    // Every `write` is durable already: the segment is synced before the index commits, which is synced too.
    sync: () => Promise.resolve(),
    erase: (request) => eraser.erase(request),
    erasure: (id) => Promise.resolve(eraser.log()?.get(id) ?? null),
    erasures: () => eraser.state(),
    maintain: async (nowMillis) => (await eraser.resume()) || inTurn(() => keepUp(nowMillis)),
    // No segment may go that a copied index names.
    backup: (target, onProgress) =>
      upkeep.rest(() => backupStore({ files, directory, days: partitions.days(), target, onProgress })),
    async close() {
      await eraser.close();
      await blocks.close();
      await partitions.close();
    },
  };
};

const placeOf = (traceKey: string, project: string): string => `${traceKey} ${project}`;

const changeOf = (project: string, placed: PlacedRow): Change => {
  const { day, row } = placed;
  return { placed, day, project, row, before: row.id === 0 ? null : countedOf(row), taken: [], derive: false };
};

const byDayOf = (changes: ReadonlyMap<string, Change>): Map<number, Change[]> => {
  const byDay = new Map<number, Change[]>();
  for (const change of changes.values()) {
    if (change.taken.length === 0) continue;
    const ofDay = byDay.get(change.day);
    if (ofDay === undefined) byDay.set(change.day, [change]);
    else ofDay.push(change);
  }
  return byDay;
};

const saveChange = (partition: Partition, change: Change, places: readonly Place[]): void => {
  const { row, before } = change;
  partition.index.save(row, before);
  change.taken.forEach(({ fragment, payloadHash, seq }, at) => {
    partition.index.addFragment(row, seq, fragment, places[at] as Place, payloadHash);
  });
  const usage = usageByDay({
    fragments: change.taken.map(({ fragment }) => fragment),
    isNewTrace: before === null,
    spansBefore: before?.spans ?? 0,
    spansAfter: row.spans,
    spansAfterEach: change.spansAfterEach ?? null,
  });
  for (const { day, traces, spans, bytes } of usage) partition.index.addUsage(row.project, day, traces, spans, bytes);
};

const tellChanges = (changes: ReadonlyMap<string, Change>, tell: (change: TraceChange) => void): void => {
  for (const { project, row, before, taken } of changes.values()) {
    const traceKey = taken[0]?.fragment.traceKey;
    if (traceKey !== undefined && row.id !== 0) tell({ project, traceKey, isNew: before === null });
  }
};

const reportOf = (changes: ReadonlyMap<string, Change>): Pick<WriteReport, 'newTraces' | 'newSpans'> => {
  let newTraces = 0;
  let newSpans = 0;
  for (const { row, before } of changes.values()) {
    if (before === null && row.id !== 0) newTraces++;
    newSpans += Math.max(0, row.spans - (before?.spans ?? 0));
  }
  return { newTraces, newSpans };
};
