import type { Ledger, LedgerSnapshot } from '../ledger/index.js';

/** The ledger as it stood; of two, the one of the higher sequence is the later. Can be posted. */
export interface Told {
  readonly sequence: number;
  readonly counts: LedgerSnapshot;
}

/** The ledger's one voice: whoever tells counts to a backend takes them here, so that each has its place in the order. */
export const createTelling = (ledger: Ledger): (() => Told) => {
  let sequence = 0;
  return () => ({ sequence: ++sequence, counts: ledger.snapshot() });
};
