import { CONTRACT_PRICES, traceStoreContract } from '../contract/index.js';
import { createMemoryTraceStore } from './index.js';

traceStoreContract('the memory store', () =>
  Promise.resolve({ ...createMemoryTraceStore({ prices: CONTRACT_PRICES }), destroy: () => Promise.resolve() }),
);

test('the memory store says by name that it has nothing to back up', async () => {
  await expect(createMemoryTraceStore().writer.backup('anywhere', () => {})).rejects.toThrow('memory store');
});
