import { createPriceBook } from 'noveum-proto/pricing';

import type { CollectorConfig } from './config/index.js';
import { createDiskFiles } from './files/index.js';
import { CANNOT_REDERIVE, createRederiveTools, rederiveAll } from './rederive.js';
import type { RederiveReport, RederiveRequest } from './store/index.js';
import { openEmbeddedWriter } from './store/embedded/index.js';
import { storedIn } from './stored-in.js';

/** As a running collector does it, on a directory that nobody else writes to. */
export const rederiveStored = async (
  config: CollectorConfig,
  request: RederiveRequest,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<RederiveReport> => {
  const stored = storedIn(config);
  if (stored.kind !== 'embedded') throw new Error(CANNOT_REDERIVE);
  const prices = createPriceBook({ own: config.prices });
  const store = await openEmbeddedWriter({
    files: createDiskFiles(),
    directory: stored.directory,
    retention: stored.retention,
    maxValueBytes: config.limits.attributeValueBytes,
    prices,
  });
  const tools = createRederiveTools(prices, () => performance.now());
  try {
    return await rederiveAll((wanted, from) => store.rederive(wanted, from, tools), request, onProgress, signal);
  } finally {
    await store.close();
  }
};
