import type { DatabaseSync } from 'node:sqlite';

import { countedWeightOf } from 'noveum-proto';

import type { Summed } from './counted.js';
import {
  addToHour,
  type HourSums,
  NANOS_PER_HOUR,
  newHourSums,
  readHour,
  SLICES_PER_HOUR,
  storedValues,
  type StoredHour,
} from './hour-sums.js';
import { splitList } from './row-columns.js';

/** An hour of a project, both by their numbers: the hour since 1970. */
export interface ProjectHour {
  readonly project: number;
  readonly hour: number;
}

/**
 * Sums and sketches by project and hour of a trace's start, kept in step with the rows inside one transaction:
 * a replay finds its spans already held and counts nothing twice. A user or session that a trace loses again
 * stays in the sketch of uniques, which can't forget, until the hour is counted anew.
 */
export interface Rollup {
  count(project: number, before: Summed | null, now: Summed): void;
  uncount(project: number, before: Summed): void;
  /** Counts an hour anew from the rows as they stand. */
  recount(place: ProjectHour): void;
  flush(): void;
  /** After a roll-back. */
  forget(): void;
}

interface HeldHour extends ProjectHour {
  sums: HourSums;
  /** The twelfths that were touched since the last flush, a bit each. */
  touched: number;
}

const NANOS_PER_SLICE = NANOS_PER_HOUR / BigInt(SLICES_PER_HOUR);
const ALL_SLICES = 2 ** SLICES_PER_HOUR - 1;
const HELD_HOURS = 256;

interface SummedRow {
  start: bigint;
  duration: bigint | null;
  spans: bigint;
  errors: bigint;
  tokens: bigint | number | null;
  input_tokens: bigint | number | null;
  output_tokens: bigint | number | null;
  cost: number | null;
  user: string | null;
  session: string | null;
  error_types: string | null;
  weight: number | null;
}

const numberOrNull = (value: bigint | number | null): number | null => (value === null ? null : Number(value));

const summedOfRow = (row: SummedRow): Summed => ({
  start: row.start,
  durationNanos: row.duration,
  spans: Number(row.spans),
  errors: Number(row.errors),
  tokens: numberOrNull(row.tokens),
  inputTokens: numberOrNull(row.input_tokens),
  outputTokens: numberOrNull(row.output_tokens),
  cost: numberOrNull(row.cost),
  errorTypes: splitList(row.error_types),
  user: row.user,
  session: row.session,
  weight: countedWeightOf(row.weight),
});

const note = (sums: HourSums, counted: Summed): void => {
  if (counted.user !== null) sums.users.add(counted.user);
  if (counted.session !== null) sums.sessions.add(counted.session);
};

export const createRollup = (database: DatabaseSync): Rollup => {
  const select = database.prepare('SELECT * FROM rollup WHERE project = ? AND hour = ?');
  const upsert = database.prepare(
    `INSERT OR REPLACE INTO rollup(project, hour, traces, spans, errors, duration_us, tokens, input_tokens, output_tokens,
       cost, changes, error_types, durations, users, sessions, beyond) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectRows = database.prepare(
    `SELECT start, duration, spans, errors, tokens, input_tokens, output_tokens, cost, user, session, error_types, weight
     FROM trace r INDEXED BY trace_scan JOIN kind k ON k.id = r.kind WHERE r.project = ? AND start >= ? AND start < ?`,
  );
  selectRows.setReadBigInts(true);
  /** By project, then hour. */
  const hours = new Map<number, Map<number, HeldHour>>();
  let held = 0;

  const load = ({ project, hour }: ProjectHour): HourSums => {
    const stored = select.get(project, hour) as unknown as StoredHour | undefined;
    return stored === undefined ? newHourSums() : readHour(stored);
  };

  const hold = (project: number, hour: number): HeldHour => {
    const ofProject = hours.get(project) ?? new Map<number, HeldHour>();
    hours.set(project, ofProject);
    const loaded = { project, hour, sums: load({ project, hour }), touched: 0 };
    ofProject.set(hour, loaded);
    held++;
    return loaded;
  };

  const touch = (project: number, start: bigint): HourSums => {
    const slice = Number(start / NANOS_PER_SLICE);
    const hour = Math.floor(slice / SLICES_PER_HOUR);
    const place = hours.get(project)?.get(hour) ?? hold(project, hour);
    place.touched |= 1 << (slice - hour * SLICES_PER_HOUR);
    return place.sums;
  };

  const write = (place: HeldHour): void => {
    const { changes } = place.sums;
    for (let slice = 0; slice < SLICES_PER_HOUR; slice++)
      if ((place.touched & (1 << slice)) !== 0) changes[slice] = (changes[slice] ?? 0) + 1;
    place.touched = 0;
    upsert.run(place.project, place.hour, ...storedValues(place.sums));
  };

  return {
    count(project, before, now) {
      if (before !== null) addToHour(touch(project, before.start), before, -1);
      const sums = touch(project, now.start);
      addToHour(sums, now, 1);
      note(sums, now);
    },
    uncount(project, before) {
      addToHour(touch(project, before.start), before, -1);
    },
    recount({ project, hour }) {
      const place = hours.get(project)?.get(hour) ?? hold(project, hour);
      place.sums = newHourSums(place.sums.changes);
      place.touched = ALL_SLICES;
      const start = BigInt(hour) * NANOS_PER_HOUR;
      const rows = selectRows.iterate(project, start, start + NANOS_PER_HOUR) as Iterable<unknown>;
      for (const row of rows as Iterable<SummedRow>) {
        const counted = summedOfRow(row);
        addToHour(place.sums, counted, 1);
        note(place.sums, counted);
      }
    },
    flush() {
      for (const ofProject of hours.values())
        for (const place of ofProject.values()) if (place.touched !== 0) write(place);
      if (held <= HELD_HOURS) return;
      hours.clear();
      held = 0;
    },
    forget() {
      hours.clear();
      held = 0;
    },
  };
};
