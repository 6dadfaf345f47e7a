import { createPriceBook, type PriceBook } from 'noveum-proto/pricing';

import type { CollectorConfig } from './config/index.js';
import { createDiskFiles } from './files/index.js';
import { createRederiveTools, rederiveAll } from './rederive.js';
import type { Rederive, RederiveReport, RederiveRequest } from './store/index.js';
import { openEmbeddedWriter } from './store/embedded/index.js';
import { type StoredIn, storedIn } from './stored-in.js';

interface OpenedStore {
  readonly rederive: Rederive;
  close(): Promise<void>;
}

/** What only one store needs is loaded for it alone. */
const open = async (config: CollectorConfig, stored: StoredIn, prices: PriceBook): Promise<OpenedStore> => {
  if (stored.kind === 'embedded')
    return openEmbeddedWriter({
      files: createDiskFiles(),
      directory: stored.directory,
      retention: stored.retention,
      maxValueBytes: config.limits.attributeValueBytes,
      prices,
    });
  const { openOwnWriter } = await import('./open-own-writer.js');
  const { ready, writer } = openOwnWriter(config, stored.config, prices);
  try {
    await ready();
  } catch (error) {
    await writer.close();
    throw error;
  }
  return writer;
};

/** As a running collector does it, on a directory that nobody else writes to, or on a cluster whoever does. */
export const rederiveStored = async (
  config: CollectorConfig,
  request: RederiveRequest,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<RederiveReport> => {
  const prices = createPriceBook({ own: config.prices });
  const store = await open(config, storedIn(config), prices);
  const tools = createRederiveTools(prices, () => performance.now());
  try {
    return await rederiveAll((wanted, from) => store.rederive(wanted, from, tools), request, onProgress, signal);
  } finally {
    await store.close();
  }
};
