import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describeWithTool } from '../support/tools.js';

const BENCH = fileURLToPath(new URL('../../../bench/', import.meta.url));
const NAME = `kill-9-test-${String(process.pid)}`;
const KILLS = process.env.CI === 'true' ? 5 : 2;
const TIMEOUT_MILLIS = 300_000;

interface KillReport {
  readonly acked_traces: number;
  readonly missing: number;
  readonly doubled: number;
  readonly partial: number;
  readonly not_acked_but_durable: number;
}

const killAndCheck = async (): Promise<readonly KillReport[]> => {
  const report = `${BENCH}results/${NAME}.json`;
  const args = [`${BENCH}run.js`, '--only', 'kills', '--kills', String(KILLS), '--name', NAME];
  try {
    // Its exit code says that something was lost; the report says what.
    const cause = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error);
    const text = await readFile(report, 'utf8').catch(() => {
      throw new Error('the bench has left no report', { cause });
    });
    const { measures } = JSON.parse(text) as { measures: { kills: KillReport[] } };
    return measures.kills;
  } finally {
    await rm(report, { force: true });
  }
};

describeWithTool('go', 'a collector killed in the midst of a load', () => {
  test(
    'has everything that it acknowledged, once, when it is back',
    async () => {
      const reports = await killAndCheck();
      expect(reports).toHaveLength(KILLS);
      for (const report of reports) {
        expect(report).toMatchObject({ missing: 0, doubled: 0, partial: 0 });
        expect(report.acked_traces).toBeGreaterThan(0);
        expect(report.not_acked_but_durable).toBeGreaterThanOrEqual(0);
      }
    },
    TIMEOUT_MILLIS,
  );
});
