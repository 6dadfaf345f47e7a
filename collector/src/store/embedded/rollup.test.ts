import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type DayIndex, openDayIndex } from './day-index.js';
import { countedOf } from './counted.js';
import { readHour, type StoredHour } from './hour-sums.js';
import { createKeyFilters } from './key-filters.js';
import { newTraceRow, type TraceRow } from './trace-row.js';

const HOUR = 498_660;
const START = BigInt(HOUR) * 3_600_000_000_000n;
const MINUTE = 60_000_000_000n;

const withIndex = async (run: (index: DayIndex, project: number) => void): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-rollup-'));
  const index = openDayIndex(join(directory, 'day.sqlite'), 0, createKeyFilters());
  try {
    run(
      index,
      index.transaction(() => index.projectId('shop')),
    );
  } finally {
    index.close();
    await rm(directory, { recursive: true });
  }
};

const rowOf = (project: number, number: number, changes: Partial<TraceRow> = {}): TraceRow => ({
  ...newTraceRow(project, `trace-${String(number)}`),
  start: START + BigInt(number) * MINUTE,
  end: START + BigInt(number) * MINUTE + 1_500_000n * BigInt(number + 1),
  spans: 3,
  user: { text: `user-${String(number)}`, rank: '0' },
  session: { text: 'session', rank: '0' },
  tokens: 30,
  inputTokens: 20,
  outputTokens: 10,
  cost: 0.25,
  ...changes,
});

const save = (index: DayIndex, rows: readonly TraceRow[]): void => {
  index.transaction(() => {
    for (const row of rows) index.save(row, null);
    index.flushSums();
  });
};

const hoursOf = (index: DayIndex) =>
  (index.database.prepare('SELECT * FROM rollup ORDER BY hour').all() as unknown as StoredHour[]).map((stored) => {
    const { beyond, durations, users, sessions, errorTypes, changes, ...sums } = readHour(stored);
    return {
      hour: stored.hour,
      ...sums,
      users: users.estimate(),
      sessions: sessions.estimate(),
      median: durations.quantile(0.5),
      timed: durations.count(),
      errorTypes: Object.fromEntries(errorTypes),
      changes: [...changes],
      weighted: beyond?.weighted ?? 0,
      beyond:
        beyond === null
          ? null
          : {
              traces: beyond.traces,
              tokens: beyond.tokens,
              timed: beyond.durations.count(),
              errorTypes: Object.fromEntries(beyond.errorTypes),
            },
    };
  });

test('an hour sums up what its traces come to', () =>
  withIndex((index, project) => {
    save(index, [
      rowOf(project, 0),
      rowOf(project, 1, { errors: 2, errorTypes: ['Timeout', 'IOError'] }),
      rowOf(project, 6, { errors: 1, tokens: null, inputTokens: null, outputTokens: null, cost: null, end: 0n }),
    ]);
    expect(hoursOf(index)).toEqual([
      {
        hour: HOUR,
        traces: 3,
        spans: 9,
        errors: 2,
        durationMicros: 4500,
        tokens: 60,
        inputTokens: 40,
        outputTokens: 20,
        cost: 0.5,
        users: 3,
        sessions: 1,
        median: expect.closeTo(1.5, 1) as number,
        timed: 2,
        errorTypes: { Timeout: 1, IOError: 1, unknown: 1 },
        changes: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        weighted: 0,
        beyond: null,
      },
    ]);
  }));

test('what traces stand for is held beside, until the last of them is gone', () =>
  withIndex((index, project) => {
    const rows = [
      rowOf(project, 0),
      rowOf(project, 1, { weight: { weight: 10 / 3, rank: '0' }, errors: 1 }),
      rowOf(project, 2, { weight: { weight: 4, rank: '0' } }),
    ];
    save(index, rows);
    const third = Math.round((10 / 3) * 65_536) / 65_536 - 1;
    expect(hoursOf(index)).toMatchObject([
      {
        traces: 3,
        weighted: 2,
        beyond: { traces: third + 3, tokens: (third + 3) * 30, timed: third + 3, errorTypes: { unknown: third } },
      },
    ]);
    const gone = (row: TraceRow | undefined): void => {
      index.transaction(() => {
        index.remove(row?.id ?? 0);
        index.flushSums();
      });
    };
    gone(rows[2]);
    expect(hoursOf(index)).toMatchObject([{ traces: 2, beyond: { traces: third, timed: third } }]);
    gone(rows[1]);
    expect(hoursOf(index)).toMatchObject([{ traces: 1, tokens: 30, beyond: null }]);
  }));

test('a trace that begins earlier than was known moves to its hour, with its user', () =>
  withIndex((index, project) => {
    const row = rowOf(project, 0);
    save(index, [row]);
    const before = countedOf(row);
    row.start -= MINUTE;
    index.transaction(() => {
      index.save(row, before);
      index.flushSums();
    });
    expect(hoursOf(index)).toMatchObject([
      { hour: HOUR - 1, traces: 1, users: 1, changes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
      { hour: HOUR, traces: 0, users: 0, cost: 0, timed: 0, changes: [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    ]);
  }));

test('an hour counted anew forgets who is there no more, and all of it counts as changed', () =>
  withIndex((index, project) => {
    const rows = [0, 1, 2].map((number) => rowOf(project, number, { errors: 1 }));
    save(index, rows);
    index.transaction(() => {
      index.remove(rows[0]?.id ?? 0);
      index.flushSums();
    });
    expect(hoursOf(index)).toMatchObject([{ traces: 2, users: 3, errors: 2 }]);
    index.transaction(() => {
      index.recountHours([{ project, hour: HOUR }]);
      index.flushSums();
    });
    expect(hoursOf(index)).toMatchObject([
      { traces: 2, spans: 6, users: 2, errors: 2, errorTypes: { unknown: 2 }, cost: 0.5, timed: 2 },
    ]);
    expect(hoursOf(index)[0]?.changes).toEqual([3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  }));

test('counting anew gives what counting one by one gave', () =>
  withIndex((index, project) => {
    const rows = Array.from({ length: 50 }, (_, number) =>
      rowOf(
        project,
        number,
        number % 3 === 0
          ? { errors: 1, errorTypes: [`E${String(number % 4)}`], weight: { weight: 1 + number / 7, rank: '0' } }
          : {},
      ),
    );
    save(index, rows);
    const [{ changes: _, ...counted } = { changes: [] }] = hoursOf(index);
    index.transaction(() => {
      index.recountHours([{ project, hour: HOUR }]);
      index.flushSums();
    });
    expect(hoursOf(index)).toMatchObject([counted]);
  }));

test('of error types an hour keeps a hundred, and counts what comes after them together', () =>
  withIndex((index, project) => {
    save(
      index,
      Array.from({ length: 105 }, (_, number) =>
        rowOf(project, number % 60, { key: `t${String(number)}`, errors: 1, errorTypes: [`E${String(number)}`] }),
      ),
    );
    const [hour] = hoursOf(index);
    expect(hour?.errorTypes).toMatchObject({ E0: 1, E99: 1, _OTHER: 5 });
    expect(Object.keys(hour?.errorTypes ?? {})).toHaveLength(101);
  }));
