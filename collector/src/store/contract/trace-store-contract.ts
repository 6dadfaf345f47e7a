import { analyticsContract } from './analytics-contract.js';
import { changesContract } from './changes-contract.js';
import type { Framing } from './delivery.js';
import { erasingContract } from './erasing-contract.js';
import { facetsContract } from './facets-contract.js';
import { countingContract, findingContract } from './finding-contract.js';
import { groupsContract } from './groups-contract.js';
import type { StoreFactory } from './stores.js';
import { textContract } from './text-contract.js';
import { usageContract } from './usage-contract.js';
import { viewsContract } from './views-contract.js';
import { writingContract } from './writing-contract.js';

/** What the callers of a TraceStore rely on: one suite that every store runs. `framings`: default both. */
export const traceStoreContract = (
  name: string,
  factory: StoreFactory,
  framings: readonly Framing[] = ['facts', 'payload'],
): void => {
  describe(name, () => {
    describe.each(framings)('told by %s', (framing) => {
      describe('writing', () => writingContract(factory, framing));
      describe('finding', () => findingContract(factory, framing));
      describe('changes', () => changesContract(factory, framing));
      describe('texts', () => textContract(factory, framing));
      describe('erasing', () => erasingContract(factory, framing));
      describe('analytics', () => analyticsContract(factory, framing));
      describe('facets', () => facetsContract(factory, framing));
      describe('sessions and users', () => groupsContract(factory, framing));
      describe('usage', () => usageContract(factory, framing));
      describe('views', () => viewsContract(factory, framing));
    });
    describe('counting', () => countingContract(factory));
  });
};
