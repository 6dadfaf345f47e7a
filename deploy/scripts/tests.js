import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runInForeground } from './processes.js';

const readCounts = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

const JEST = 'node_modules/jest/bin/jest.js';

/**
 * Runs jest and prints `N passed, N failed, N skipped` when it has gone, so that the line is the last one whatever jest
 * writes at its end. No test at all, or a run that broke off, is a failure; so is too little coverage where every suite
 * runs.
 */
export const runTests = async (args) => {
  const directory = mkdtempSync(join(tmpdir(), 'noveum-counts-'));
  const file = join(directory, 'counts.json');
  try {
    const given = args.length === 0 ? ['--coverage'] : args;
    const ended = await runInForeground([JEST, ...given], { env: { NOVEUM_TEST_COUNTS: file } });
    const counts = readCounts(file) ?? { passed: 0, failed: 1, skipped: 0 };
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    return ended === 0 && (counts.failed > 0 || counts.passed === 0) ? 1 : ended;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
