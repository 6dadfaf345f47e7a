import fc from 'fast-check';

import { createLedger, type Ledger, type LedgerSnapshot } from './index.js';

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

const EXPORTERS = ['otlp', 'file'];
const FATES = ['acknowledged', 'rejected', 'dropped', 'spooled', 'unspooled'] as const;
const REASONS = ['http_400', 'http_503'];

type Step =
  | { readonly kind: 'created' | 'sampledOut' | 'handed'; readonly spans: number }
  | { readonly kind: 'lost'; readonly spans: number; readonly reason: string }
  | {
      readonly kind: 'fate';
      readonly exporter: string;
      readonly fate: (typeof FATES)[number];
      readonly spans: number;
      readonly reason: string;
    };

const spans = fc.integer({ min: 1, max: 50 });
const reason = fc.constantFrom(...REASONS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('created' as const, 'sampledOut' as const, 'handed' as const), spans }),
  fc.record({ kind: fc.constant('lost' as const), spans, reason }),
  fc.record({
    kind: fc.constant('fate' as const),
    exporter: fc.constantFrom(...EXPORTERS),
    fate: fc.constantFrom(...FATES),
    spans,
    reason,
  }),
);

/** Where every single span is: the truth that the ledger's numbers are held against. */
interface Place {
  queued: number;
  readonly exporters: Readonly<Record<string, { inFlight: number; spooled: number; settled: number }>>;
}

const newPlace = (): Place => ({
  queued: 0,
  exporters: Object.fromEntries(EXPORTERS.map((name) => [name, { inFlight: 0, spooled: 0, settled: 0 }])),
});

/** Takes the step as far as there are spans for it. */
const take = (ledger: Ledger, place: Place, each: Step): void => {
  if (each.kind === 'created') {
    place.queued += each.spans;
    ledger.created(each.spans);
  } else if (each.kind === 'sampledOut') {
    ledger.sampledOut(each.spans);
  } else if (each.kind === 'fate') {
    const at = place.exporters[each.exporter];
    if (at === undefined) return;
    const tally = ledger.exporter(each.exporter);
    if (each.fate === 'unspooled') {
      const moved = Math.min(each.spans, at.spooled);
      at.spooled -= moved;
      at.inFlight += moved;
      tally.unspooled(moved);
      return;
    }
    const moved = Math.min(each.spans, at.inFlight);
    at.inFlight -= moved;
    if (each.fate === 'spooled') {
      at.spooled += moved;
      tally.spooled(moved);
      return;
    }
    at.settled += moved;
    if (each.fate === 'acknowledged') tally.acknowledged(moved, 1);
    else tally[each.fate](moved, each.reason);
  } else {
    const moved = Math.min(each.spans, place.queued);
    place.queued -= moved;
    if (each.kind === 'lost') ledger.dropped(moved, each.reason);
    else {
      ledger.handed(moved);
      for (const name of EXPORTERS) {
        ledger.exporter(name).started(moved);
        const at = place.exporters[name];
        if (at !== undefined) at.inFlight += moved;
      }
    }
  }
};

const expectToAddUp = (snapshot: LedgerSnapshot): void => {
  for (const each of Object.values(snapshot.exporters)) {
    const inExporter =
      each.inFlightSpans +
      each.spooledSpans +
      each.acknowledgedSpans +
      sum(each.rejectedSpans) +
      sum(each.droppedSpans);
    expect(snapshot.createdSpans).toBe(snapshot.queuedSpans + sum(snapshot.droppedSpans) + inExporter);
    expect(each.sentSpans).toBe(inExporter);
  }
};

const named = (): Ledger => {
  const ledger = createLedger();
  for (const name of EXPORTERS) ledger.exporter(name);
  return ledger;
};

it('has every span in one place, at any point of any schedule', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const ledger = named();
      const place = newPlace();
      for (const each of steps) {
        take(ledger, place, each);
        const snapshot = ledger.snapshot();
        expectToAddUp(snapshot);
        expect(snapshot.queuedSpans).toBe(place.queued);
        for (const name of EXPORTERS) {
          const counts = snapshot.exporters[name];
          const at = place.exporters[name];
          expect(counts?.inFlightSpans).toBe(at?.inFlight);
          expect(counts?.spooledSpans).toBe(at?.spooled);
        }
      }
    }),
  );
});

it('knows as much by what another thread reports as if all had happened here', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 60 }), (steps) => {
      const all = named();
      const here = named();
      const there = named();
      const places = [newPlace(), newPlace()] as const;
      for (const [each, reports] of steps) {
        // Spans are made and let go of here; what exporters do with them happens there.
        const isHere = each.kind === 'created' || each.kind === 'sampledOut' || each.kind === 'lost';
        take(all, places[0], each);
        const [mine] = [isHere ? here : there];
        take(mine, places[1], each);
        if (!reports) continue;
        here.adopt(structuredClone(there.take()));
        const snapshot = here.snapshot();
        expectToAddUp(snapshot);
        expect(snapshot).toEqual(all.snapshot());
      }
    }),
  );
});

it('gives frozen snapshots that stay as they were', () => {
  const ledger = createLedger();
  ledger.created(3);
  ledger.exporter('otlp').rejected(1, 'http_400');
  const snapshot = ledger.snapshot();
  ledger.created(1);
  ledger.exporter('otlp').rejected(1, 'http_400');
  expect(snapshot.createdSpans).toBe(3);
  expect(snapshot.exporters.otlp?.rejectedSpans).toEqual({ http_400: 1 });
  const parts = [snapshot, snapshot.droppedSpans, snapshot.exporters, snapshot.exporters.otlp];
  expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
});

it('names 31 reasons, and counts all more as other', () => {
  const ledger = createLedger();
  for (let at = 0; at < 40; at++) ledger.dropped(1, `reason_${String(at)}`);
  const { droppedSpans } = ledger.snapshot();
  expect(Object.keys(droppedSpans)).toHaveLength(32);
  expect(droppedSpans.other).toBe(9);
  expect(sum(droppedSpans)).toBe(40);
});

it('tells what was said last of an exporter', () => {
  const ledger = createLedger();
  const tally = ledger.exporter('otlp');
  tally.started(2);
  tally.sentBytes(100);
  tally.retried('http_503');
  tally.circuit('open');
  tally.sentBytes(100);
  tally.acknowledged(2, 1_700_000_000_000);
  expect(ledger.snapshot().exporters.otlp).toEqual({
    sentSpans: 2,
    inFlightSpans: 0,
    spooledSpans: 0,
    acknowledgedSpans: 2,
    rejectedSpans: {},
    droppedSpans: {},
    recoveredSpans: 0,
    retries: 1,
    bytes: 200,
    lastErrorReason: 'http_503',
    lastSuccessUnixMillis: 1_700_000_000_000,
    circuit: 'open',
  });
});

test('what was in a thread that has ended is lost, with a count, and everything still adds up', () => {
  const ledger = createLedger();
  const other = createLedger();
  ledger.created(100);
  other.handed(60);
  other.exporter('otlp').started(60);
  other.exporter('otlp').acknowledged(20, 1);
  ledger.adopt(other.take());
  ledger.lose(10, 'thread_lost');
  expect(ledger.snapshot()).toMatchObject({
    createdSpans: 100,
    queuedSpans: 10,
    droppedSpans: { thread_lost: 30 },
    exporters: { otlp: { sentSpans: 60, acknowledgedSpans: 20, inFlightSpans: 0, droppedSpans: { thread_lost: 40 } } },
  });
});
