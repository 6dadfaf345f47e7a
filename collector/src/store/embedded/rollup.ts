import type { DatabaseSync } from 'node:sqlite';

import { createQuantileSketch, createUniqueSketch, readQuantileSketch, readUniqueSketch } from '../sketch/index.js';
import type { QuantileSketch, UniqueSketch } from '../sketch/index.js';
import type { Counted } from './counted.js';

/**
 * Sums and sketches by project and hour of a trace's start, kept in step with the rows inside one transaction:
 * a replay finds its spans already held and counts nothing twice. A user or session that a trace loses again
 * stays in the sketch of uniques, which can't forget.
 */
export interface Rollup {
  count(project: number, before: Counted | null, now: Counted): void;
  uncount(project: number, before: Counted): void;
  flush(): void;
  /** After a roll-back. */
  forget(): void;
}

interface Hour {
  traces: number;
  spans: number;
  errors: number;
  durationMillis: number;
  readonly durations: QuantileSketch;
  readonly users: UniqueSketch;
  readonly sessions: UniqueSketch;
  changed: boolean;
}

interface StoredHour {
  traces: number;
  spans: number;
  errors: number;
  duration_ms: number;
  durations: Uint8Array;
  users: Uint8Array;
  sessions: Uint8Array;
}

const NANOS_PER_HOUR = 3_600_000_000_000n;
const NANOS_PER_MILLI = 1e6;
const HELD_HOURS = 256;

export const createRollup = (database: DatabaseSync): Rollup => {
  const select = database.prepare('SELECT * FROM rollup WHERE project = ? AND hour = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO rollup VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const hours = new Map<string, { readonly project: number; readonly hour: number; readonly sums: Hour }>();

  const load = (project: number, hour: number): Hour => {
    const stored = select.get(project, hour) as unknown as StoredHour | undefined;
    if (stored === undefined)
      return {
        traces: 0,
        spans: 0,
        errors: 0,
        durationMillis: 0,
        durations: createQuantileSketch(),
        users: createUniqueSketch(),
        sessions: createUniqueSketch(),
        changed: false,
      };
    return {
      traces: stored.traces,
      spans: stored.spans,
      errors: stored.errors,
      durationMillis: stored.duration_ms,
      durations: readQuantileSketch(stored.durations),
      users: readUniqueSketch(stored.users),
      sessions: readUniqueSketch(stored.sessions),
      changed: false,
    };
  };

  const hourOf = (project: number, start: bigint): Hour => {
    const hour = Number(start / NANOS_PER_HOUR);
    const place = `${String(project)}/${String(hour)}`;
    let held = hours.get(place);
    if (held === undefined) {
      held = { project, hour, sums: load(project, hour) };
      hours.set(place, held);
    }
    held.sums.changed = true;
    return held.sums;
  };

  const add = (sums: Hour, counted: Counted, sign: 1 | -1): void => {
    sums.traces += sign;
    sums.spans += sign * counted.spans;
    sums.errors += counted.errors > 0 ? sign : 0;
    if (counted.durationNanos === null) return;
    const durationMillis = Number(counted.durationNanos) / NANOS_PER_MILLI;
    sums.durationMillis += sign * durationMillis;
    if (sign === 1) sums.durations.add(durationMillis);
    else sums.durations.subtract(durationMillis);
  };

  return {
    count(project, before, now) {
      if (before !== null) add(hourOf(project, before.start), before, -1);
      const sums = hourOf(project, now.start);
      add(sums, now, 1);
      if (now.user !== null && now.user !== before?.user) sums.users.add(now.user);
      if (now.session !== null && now.session !== before?.session) sums.sessions.add(now.session);
    },
    uncount(project, before) {
      add(hourOf(project, before.start), before, -1);
    },
    flush() {
      for (const { project, hour, sums } of hours.values()) {
        if (!sums.changed) continue;
        upsert.run(
          project,
          hour,
          sums.traces,
          sums.spans,
          sums.errors,
          sums.durationMillis,
          sums.durations.toBytes(),
          sums.users.toBytes(),
          sums.sessions.toBytes(),
        );
        sums.changed = false;
      }
      if (hours.size > HELD_HOURS) hours.clear();
    },
    forget() {
      hours.clear();
    },
  };
};
