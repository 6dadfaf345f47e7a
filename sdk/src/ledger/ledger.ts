import { createExporterAccount, type ExporterAccount } from './exporter-account.js';
import { createReasons } from './reasons.js';
import type { ByReason, ExporterCounts, ExporterDelta, ExporterTally } from './tally.js';

/**
 * At any moment, and for each exporter `e` that was there from the start,
 * `createdSpans = queuedSpans + Σ droppedSpans + e.sentSpans - e.recoveredSpans`; with what `ExporterCounts` says, every
 * span that was recorded is in one place.
 */
export interface LedgerSnapshot {
  /** Recorded spans that ended. */
  readonly createdSpans: number;
  /** Never recorded: not among the created. */
  readonly sampledOutSpans: number;
  /** Between their end and the exporters. */
  readonly queuedSpans: number;
  /** Lost before any exporter had them: the queue was full, a keep-rule let them go, a worker was killed. */
  readonly droppedSpans: ByReason;
  readonly exporters: Readonly<Record<string, ExporterCounts>>;
}

/** What one thread's ledger tells another's. Can be posted. */
export interface LedgerDelta {
  readonly createdSpans: number;
  readonly sampledOutSpans: number;
  readonly handedSpans: number;
  readonly droppedSpans: ByReason;
  readonly exporters: Readonly<Record<string, ExporterDelta>>;
}

/** Where each span is, in numbers. Never throws. */
export interface Ledger {
  created(spans: number): void;
  sampledOut(spans: number): void;
  dropped(spans: number, reason: string): void;
  /** The exporters have them now: called in the same turn as their `started`. */
  handed(spans: number): void;
  /** The page of an exporter, made when first asked for. */
  exporter(name: string): ExporterTally;
  /** Frozen. */
  snapshot(): LedgerSnapshot;
  /** What came since the last call. */
  take(): LedgerDelta;
  /** Adds what another thread's ledger has taken. */
  adopt(delta: LedgerDelta): void;
  /**
   * The other thread has ended: what it had in hand is given up, what was queued there too. `waitingSpans`: of the
   * queued, those that are still here.
   */
  lose(waitingSpans: number, reason: string): void;
}

export const createLedger = (): Ledger => {
  const accounts = new Map<string, ExporterAccount>();
  const dropped = createReasons();
  let numbers = { createdSpans: 0, sampledOutSpans: 0, handedSpans: 0 };
  let told = { ...numbers, droppedSpans: dropped.read() };

  const account = (name: string): ExporterAccount => {
    const known = accounts.get(name);
    if (known !== undefined) return known;
    const made = createExporterAccount();
    accounts.set(name, made);
    return made;
  };

  const queued = (): number => numbers.createdSpans - numbers.handedSpans - dropped.total();

  return {
    created(spans) {
      numbers.createdSpans += spans;
    },
    sampledOut(spans) {
      numbers.sampledOutSpans += spans;
    },
    dropped(spans, reason) {
      dropped.add(reason, spans);
    },
    handed(spans) {
      numbers.handedSpans += spans;
    },
    exporter: account,
    snapshot() {
      const exporters = [...accounts].map(([name, each]) => [name, Object.freeze(each.read())] as const);
      return Object.freeze({
        createdSpans: numbers.createdSpans,
        sampledOutSpans: numbers.sampledOutSpans,
        queuedSpans: queued(),
        droppedSpans: dropped.read(),
        exporters: Object.freeze(Object.fromEntries(exporters)),
      });
    },
    take() {
      const before = told;
      told = { ...numbers, droppedSpans: dropped.read() };
      const differences = Object.entries(told.droppedSpans)
        .map(([reason, count]) => [reason, count - (before.droppedSpans[reason] ?? 0)] as const)
        .filter(([, count]) => count !== 0);
      return {
        createdSpans: told.createdSpans - before.createdSpans,
        sampledOutSpans: told.sampledOutSpans - before.sampledOutSpans,
        handedSpans: told.handedSpans - before.handedSpans,
        droppedSpans: Object.fromEntries(differences),
        exporters: Object.fromEntries(
          [...accounts].flatMap(([name, each]) => {
            const delta = each.take();
            return delta === null ? [] : [[name, delta]];
          }),
        ),
      };
    },
    lose(waitingSpans, reason) {
      dropped.add(reason, queued() - waitingSpans);
      for (const each of accounts.values()) each.lose(reason);
    },
    adopt(delta) {
      numbers = {
        createdSpans: numbers.createdSpans + delta.createdSpans,
        sampledOutSpans: numbers.sampledOutSpans + delta.sampledOutSpans,
        handedSpans: numbers.handedSpans + delta.handedSpans,
      };
      dropped.addAll(delta.droppedSpans);
      for (const [name, each] of Object.entries(delta.exporters)) account(name).adopt(each);
    },
  };
};
