import fc from 'fast-check';

import { batchOf } from '../../test/support/batches.js';
import { createLeapingClock } from '../../test/support/leaping-clock.js';
import { createLedger } from '../ledger/index.js';
import { circuitBreaking, counted, type Exporter, type ExportOutcome, guarded, retrying } from './index.js';

type Told = ExportOutcome | 'throws';

const told: fc.Arbitrary<Told> = fc.oneof(
  fc.constant<Told>({ status: 'delivered' }),
  fc.record({
    status: fc.constant('rejected' as const),
    rejectedSpans: fc.integer({ min: -2, max: 40 }),
    reason: fc.constantFrom('http_400', 'partial_success'),
  }),
  fc.record({
    status: fc.constant('retry' as const),
    reason: fc.constantFrom('http_503', 'ECONNRESET'),
    afterMillis: fc.integer({ min: 0, max: 90_000 }),
  }),
  fc.constant<Told>('throws'),
);

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

it('adds up with any backend: each span is acknowledged, rejected or dropped, and in flight before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
      fc.array(told, { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      async (sizes, outcomes, atOnce) => {
        const ledger = createLedger();
        const tally = ledger.exporter('wild');
        const clock = createLeapingClock();
        const check = (): void => {
          const { exporters } = ledger.snapshot();
          const { acknowledgedSpans, droppedSpans, inFlightSpans, rejectedSpans, sentSpans } = exporters.wild ?? {
            ...NOTHING,
          };
          expect(inFlightSpans).toBeGreaterThanOrEqual(0);
          expect(inFlightSpans + acknowledgedSpans + sum(droppedSpans) + sum(rejectedSpans)).toBe(sentSpans);
        };
        let turn = 0;
        const wild: Exporter = {
          name: 'wild',
          async export() {
            check();
            const outcome = outcomes[turn++ % outcomes.length] ?? 'throws';
            await Promise.resolve();
            if (outcome === 'throws') throw new Error('with a prompt inside');
            return outcome;
          },
          close: () => Promise.resolve(),
        };
        const errors: unknown[] = [];
        const onError = (error: unknown): void => void errors.push(error);
        const onState = (state: 'closed' | 'open' | 'half-open'): void => {
          tally.circuit(state);
        };
        const onRetry = (reason: string): void => {
          tally.retried(reason);
        };
        const safe = circuitBreaking(guarded(wild, clock, onError), { clock, onState });
        const exporter = counted(retrying(safe, { random: () => 0.5, clock, onRetry }), tally, clock);
        const { signal } = new AbortController();
        if (atOnce) await Promise.all(sizes.map((spans) => exporter.export(batchOf(spans), signal)));
        else for (const spans of sizes) await exporter.export(batchOf(spans), signal);
        check();
        const counts = ledger.snapshot().exporters.wild;
        expect(counts?.inFlightSpans).toBe(0);
        expect(counts?.sentSpans).toBe(sizes.reduce((a, b) => a + b, 0));
        expect(counts?.rejectedSpans.exporter_threw !== undefined).toBe(errors.length > 0);
      },
    ),
    { numRuns: 60 },
  );
});

const NOTHING = { acknowledgedSpans: 0, droppedSpans: {}, inFlightSpans: 0, rejectedSpans: {}, sentSpans: 0 };
