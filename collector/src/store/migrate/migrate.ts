import { compareTraces } from './compare-traces.js';
import { copyTraces } from './copy-traces.js';
import type { MigrateReport } from '../migrate-report.js';
import { createMigrating, type MigrateOptions } from './migrating.js';
import { replayErasures } from './replay-erasures.js';

/** Upkeep that joins what two indices hold of a trace, before it is counted. */
const MOST_UPKEEP_STEPS = 100;

/**
 * Copies what an embedded store holds into another store, while a collector may be writing to it: traces in the order
 * in which they came, again and again until nothing is new, then what the comparison finds lacking, then the erasures.
 * Rejects where it was aborted or the target stays away; called again it goes on where it was.
 */
export const migrate = async (options: MigrateOptions): Promise<Omit<MigrateReport, 'keys'>> => {
  const { isCheckOnly, now, target } = options;
  const migrating = createMigrating(options);
  const copied = isCheckOnly ? { copied: 0, refused: 0, isCaughtUp: true } : await copyTraces(options, migrating);
  if (!isCheckOnly)
    for (let step = 0; step < MOST_UPKEEP_STEPS; step++)
      if (!(await migrating.insist(() => target.maintain(now())))) break;
  await migrating.insist(() => target.refresh());
  const { days, healed, refused } = await compareTraces(options, migrating);
  // Last, so that nothing is copied any more that is erased meanwhile.
  const erased = isCheckOnly ? 0 : await replayErasures(options, migrating);
  return {
    copied: copied.copied + healed,
    healed,
    refused: Math.max(copied.refused, refused),
    erased,
    isCaughtUp: copied.isCaughtUp,
    days,
  };
};
