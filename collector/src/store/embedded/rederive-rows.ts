import type { DocumentReading, Fragment } from 'noveum-proto';

import {
  NOTHING_REDERIVED,
  type Rederive,
  type RederivePlace,
  type RederiveReport,
  type RederiveRequest,
  type RederiveTools,
  sumOfReports,
} from '../rederive.js';
import { countedOf } from './counted.js';
import { dayName, NANOS_PER_DAY } from './day.js';
import { noteDerivation } from './derivation.js';
import { deriveRowAnew } from './derive-row.js';
import { NANOS_PER_HOUR } from './hour-sums.js';
import type { Partition, Partitions } from './partitions.js';
import type { ProjectHour } from './rollup.js';
import { changeOf, FAILED, reportOf, type RowChange } from './row-changes.js';
import type { BlockReader } from './segment-files.js';
import { fromStoredKey } from './stored-key.js';
import type { TraceRow } from './trace-row.js';

export interface RederiveOptions {
  readonly partitions: Partitions;
  readonly blocks: BlockReader;
  readonly reading: DocumentReading;
  /** What a day's rows are derived by once all of them were derived anew. */
  readonly derivation: string;
  /** A row was changed: whoever keeps it in memory forgets it. */
  readonly onChanged: (row: TraceRow, project: string) => void;
}

/** A step ends after so long, at the trace under way. */
const STEP_MILLIS = 15;
/** Rows looked through at once for those that are meant. */
const WINDOW_ROWS = 500;
const NANOS_PER_MILLI = 1_000_000n;
const MILLIS_PER_DAY = Number(NANOS_PER_DAY / NANOS_PER_MILLI);

/** Rows are passed day by day. */
interface RowPlace extends RederivePlace {
  readonly day: number;
  readonly id: number;
  /** All of the day's traces were looked at so far. */
  readonly isWholeDay: boolean;
  /** The day's rows are done, and its hours are counted anew. */
  readonly isWalked: boolean;
  /** Hours of the day, by project, whose users or sessions are others now: they are counted anew at its end. */
  readonly recount: readonly ProjectHour[];
  /** Days whose rows are not in the total yet. */
  readonly uncounted: readonly number[];
}

interface KeyOfRow {
  readonly id: number;
  readonly project: number;
  readonly key: Uint8Array | string;
  readonly start: bigint;
}

const highestId = ({ index }: Partition): number =>
  (index.database.prepare('SELECT coalesce(max(id), 0) AS id FROM trace').get() as { id: number }).id;

const rowsAfter = ({ index }: Partition, id: number): readonly KeyOfRow[] => {
  const select = index.database.prepare('SELECT id, project, key, start FROM trace WHERE id > ? ORDER BY id LIMIT ?');
  select.setReadBigInts(true);
  return select.all(id, WINDOW_ROWS).map((row) => ({
    id: Number(row.id),
    project: Number(row.project),
    key: row.key as Uint8Array | string,
    start: row.start as bigint,
  }));
};

const isMeant = (request: RederiveRequest, { index }: Partition, { project, start }: KeyOfRow): boolean =>
  start >= BigInt(request.sinceMillis) * NANOS_PER_MILLI &&
  (request.untilMillis === null || start < BigInt(request.untilMillis) * NANOS_PER_MILLI) &&
  (request.project === null || index.projectName(project) === request.project);

/** Sums follow each row as it is saved; sketches of uniques can't forget who is not there any more. */
const hoursToRecount = (known: readonly ProjectHour[], changes: readonly RowChange[]): readonly ProjectHour[] => {
  const hours = new Map(known.map((place) => [`${String(place.project)}/${String(place.hour)}`, place]));
  for (const { fields, held } of changes) {
    if (!fields.includes('user_id') && !fields.includes('session_id')) continue;
    const place = { project: held.project, hour: Number(held.start / NANOS_PER_HOUR) };
    hours.set(`${String(place.project)}/${String(place.hour)}`, place);
  }
  return hours.size === known.length ? known : [...hours.values()];
};

interface Looked {
  readonly report: RederiveReport;
  readonly place: RowPlace;
}

/** Walks the rows of a store, oldest day first and by their ids within. */
export const createRederiving = (options: RederiveOptions): Rederive => {
  const { blocks, derivation, onChanged, partitions, reading } = options;

  /** A trace lies in the day of its first span that came: later ones may begin earlier. */
  const daysOf = ({ sinceMillis }: RederiveRequest): readonly number[] =>
    partitions.days().filter((day) => day >= Math.floor(sinceMillis / MILLIS_PER_DAY));

  const beginOf = (day: number) => ({ day, id: 0, isWholeDay: true, isWalked: false, recount: [] });

  const begin = (request: RederiveRequest): RowPlace | null => {
    const days = daysOf(request);
    return days[0] === undefined ? null : { ...beginOf(days[0]), uncounted: days, done: 0, total: 0 };
  };

  const dayAfter = (request: RederiveRequest, place: RowPlace): RowPlace | null => {
    const day = daysOf(request).find((other) => other > place.day);
    return day === undefined ? null : { ...place, ...beginOf(day) };
  };

  /** How many rows there are, so that progress can be told. */
  const count = async (place: RowPlace, { now }: RederiveTools): Promise<RowPlace> => {
    const deadline = now() + STEP_MILLIS;
    let { total } = place;
    let uncounted = place.uncounted.filter((day) => partitions.days().includes(day));
    // Each step takes at least one, however fast time goes.
    do {
      if (uncounted[0] !== undefined) total += highestId(await partitions.open(uncounted[0]));
      uncounted = uncounted.slice(1);
    } while (uncounted.length > 0 && now() < deadline);
    return { ...place, total, uncounted };
  };

  const derive = async (
    { index }: Partition,
    { key, project }: KeyOfRow,
    { tellFacts }: RederiveTools,
  ): Promise<RowChange | null> => {
    const held = index.load(project, fromStoredKey(key));
    if (held === null) return null;
    const fragments: Fragment[] = [];
    for (const stored of index.fragments(held))
      fragments.push({
        ...stored,
        project: index.projectName(project),
        payload: await blocks.payload(dayName(index.day), stored),
      });
    return changeOf(held, deriveRowAnew(held, fragments, { reading, tellFacts }));
  };

  const save = ({ index }: Partition, changes: readonly RowChange[]): void => {
    if (changes.length === 0) return;
    index.transaction(() => {
      for (const { anew, held } of changes) index.save(anew, countedOf(held));
      index.flushSums();
    });
    for (const { anew } of changes) onChanged(anew, index.projectName(anew.project));
  };

  /** Looks at rows until the step's time is over. */
  const look = async (
    request: RederiveRequest,
    place: RowPlace,
    partition: Partition,
    tools: RederiveTools,
  ): Promise<Looked> => {
    const deadline = tools.now() + STEP_MILLIS;
    const rows = rowsAfter(partition, place.id);
    const changes: RowChange[] = [];
    let report = NOTHING_REDERIVED;
    let { isWholeDay } = place;
    let passed = 0;
    while (passed < rows.length && (passed === 0 || tools.now() < deadline)) {
      const row = rows[passed++] as KeyOfRow;
      if (!isMeant(request, partition, row)) {
        isWholeDay = false;
        continue;
      }
      try {
        const change = await derive(partition, row, tools);
        if (change === null) continue;
        report = sumOfReports(report, reportOf(change));
        if (change.fields.length > 0) changes.push(change);
      } catch (error) {
        if (tools.isStorageFault(error)) throw error;
        report = sumOfReports(report, FAILED);
        isWholeDay = false;
      }
    }
    if (!request.dryRun) save(partition, changes);
    return {
      report,
      place: {
        ...place,
        id: rows[passed - 1]?.id ?? place.id,
        isWholeDay,
        isWalked: rows.length < WINDOW_ROWS && passed === rows.length,
        recount: request.dryRun ? [] : hoursToRecount(place.recount, changes),
        done: place.done + passed,
      },
    };
  };

  /** One hour at a time, then the day is done. */
  const finishDay = (request: RederiveRequest, place: RowPlace, { index }: Partition): RowPlace | null => {
    const [hour, ...others] = place.recount;
    if (hour === undefined) {
      if (place.isWholeDay && !request.dryRun) noteDerivation(index.database, derivation);
      return dayAfter(request, place);
    }
    index.transaction(() => {
      index.recountHours([hour]);
      index.flushSums();
    });
    return { ...place, recount: others };
  };

  return async (request, from, tools) => {
    const place = (from as RowPlace | null) ?? begin(request);
    if (place === null) return { report: NOTHING_REDERIVED, done: 0, total: 0, next: null };
    const { done, total } = place;
    const stepTo = (next: RowPlace | null) => ({ report: NOTHING_REDERIVED, done, total, next });
    if (place.uncounted.length > 0) return stepTo(await count(place, tools));
    // Retention may have taken the day meanwhile.
    if (!partitions.days().includes(place.day)) return stepTo(dayAfter(request, place));
    const partition = await partitions.open(place.day);
    if (place.isWalked) return stepTo(finishDay(request, place, partition));
    const looked = await look(request, place, partition, tools);
    return { report: looked.report, done: looked.place.done, total, next: looked.place };
  };
};
