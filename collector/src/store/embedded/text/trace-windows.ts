import type { DatabaseSync } from 'node:sqlite';

/** Start and project of 4,096 traces together, so that sorting the hits of a common word asks for no row of each. */
export const WINDOW_TRACES = 4096;
const BYTES = WINDOW_TRACES * 12;

export interface TraceWindow {
  /** Unix nanoseconds. */
  readonly starts: BigInt64Array;
  /** 0: no trace, or one that was removed. */
  readonly projects: Uint32Array;
}

const windowOver = (buffer: ArrayBuffer): TraceWindow => ({
  starts: new BigInt64Array(buffer, 0, WINDOW_TRACES),
  projects: new Uint32Array(buffer, WINDOW_TRACES * 8, WINDOW_TRACES),
});

/** Copies: SQLite's bytes lie at any address. */
export const toTraceWindow = (stored: Uint8Array): TraceWindow => {
  const copy = new Uint8Array(BYTES);
  copy.set(stored);
  return windowOver(copy.buffer);
};

export interface TraceWindows {
  set(ordinal: number, project: number, startUnixNano: bigint): void;
  /** Moves a trace's start to an earlier one; later ones change nothing. */
  begin(ordinal: number, startUnixNano: bigint): void;
  erase(ordinal: number): void;
  /** Writes what has changed. */
  save(): void;
}

const HELD_WINDOWS = 16;

interface HeldWindow extends TraceWindow {
  readonly bytes: Uint8Array;
  changed: boolean;
}

export const createTraceWindows = (database: DatabaseSync): TraceWindows => {
  const select = database.prepare('SELECT traces FROM window WHERE number = ?');
  const replace = database.prepare('INSERT OR REPLACE INTO window(number, first, last, traces) VALUES (?, ?, ?, ?)');
  const held = new Map<number, HeldWindow>();

  const windowOf = (ordinal: number): HeldWindow => {
    const number = Math.floor(ordinal / WINDOW_TRACES);
    const known = held.get(number);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(BYTES);
    const stored = select.get(number) as { traces: Uint8Array } | undefined;
    if (stored !== undefined) bytes.set(stored.traces);
    const window = { ...windowOver(bytes.buffer), bytes, changed: false };
    held.set(number, window);
    return window;
  };

  const saveOne = (number: number, window: HeldWindow): void => {
    let first = 0n;
    let last = 0n;
    let any = false;
    for (let at = 0; at < WINDOW_TRACES; at++) {
      if (window.projects[at] === 0) continue;
      const start = window.starts[at] as bigint;
      if (!any || start < first) first = start;
      if (!any || start > last) last = start;
      any = true;
    }
    replace.run(number, first, last, window.bytes);
    window.changed = false;
  };

  return {
    set(ordinal, project, startUnixNano) {
      const window = windowOf(ordinal);
      window.projects[ordinal % WINDOW_TRACES] = project;
      window.starts[ordinal % WINDOW_TRACES] = startUnixNano;
      window.changed = true;
    },
    begin(ordinal, startUnixNano) {
      const window = windowOf(ordinal);
      if ((window.starts[ordinal % WINDOW_TRACES] as bigint) <= startUnixNano) return;
      window.starts[ordinal % WINDOW_TRACES] = startUnixNano;
      window.changed = true;
    },
    erase(ordinal) {
      const window = windowOf(ordinal);
      window.projects[ordinal % WINDOW_TRACES] = 0;
      window.starts[ordinal % WINDOW_TRACES] = 0n;
      window.changed = true;
    },
    save() {
      for (const [number, window] of held) if (window.changed) saveOne(number, window);
      for (const number of held.keys()) {
        if (held.size <= HELD_WINDOWS) break;
        held.delete(number);
      }
    },
  };
};
