export { createLedger, type Ledger, type LedgerDelta, type LedgerSnapshot } from './ledger.js';
export type { ByReason, CircuitState, ExporterCounts, ExporterDelta, ExporterTally } from './tally.js';
