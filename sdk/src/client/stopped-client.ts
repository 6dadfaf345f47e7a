import type { NoveumClient } from './client.js';
import { createLedger } from '../ledger/index.js';
import type { ResolvedOptions } from '../options/index.js';

/** Where tracing is off: everything is there and does nothing. */
export const stoppedClient = (options: ResolvedOptions, reasons: readonly string[]): NoveumClient => {
  const stats = createLedger().snapshot();
  return {
    options,
    flush: () => Promise.resolve(true),
    shutdown: () => Promise.resolve(),
    configure: () => [],
    getStats: () => stats,
    health: () => ({ status: 'off', reasons }),
  };
};
