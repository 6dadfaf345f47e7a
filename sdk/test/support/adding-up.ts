import type { LedgerSnapshot } from '../../src/index.js';

export const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, each) => sum + each, 0);

/**
 * Holds a ledger to its word: of the spans that the host has made, each is sampled out, queued, dropped or with every
 * exporter, and there in flight, on disk, acknowledged, rejected or dropped.
 */
export const expectToAddUp = (stats: LedgerSnapshot, madeSpans: number): void => {
  const { createdSpans, droppedSpans, exporters, queuedSpans, sampledOutSpans } = stats;
  expect(createdSpans + sampledOutSpans).toBe(madeSpans);
  expect(queuedSpans).toBeGreaterThanOrEqual(0);
  for (const [name, each] of Object.entries(exporters)) {
    const { acknowledgedSpans, inFlightSpans, recoveredSpans, sentSpans, spooledSpans } = each;
    expect([name, queuedSpans + total(droppedSpans) + sentSpans - recoveredSpans]).toEqual([name, createdSpans]);
    expect([
      name,
      inFlightSpans + spooledSpans + acknowledgedSpans + total(each.rejectedSpans) + total(each.droppedSpans),
    ]).toEqual([name, sentSpans]);
    for (const count of [inFlightSpans, spooledSpans, acknowledgedSpans]) expect(count).toBeGreaterThanOrEqual(0);
  }
};
