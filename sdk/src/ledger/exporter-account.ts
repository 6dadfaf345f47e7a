import { createReasons } from './reasons.js';
import type { CircuitState, ExporterCounts, ExporterDelta, ExporterTally } from './tally.js';

/** One exporter's page of the ledger. */
export interface ExporterAccount extends ExporterTally {
  read(): ExporterCounts;
  /** What came since the last call; null: nothing. */
  take(): ExporterDelta | null;
  adopt(delta: ExporterDelta): void;
  /** Gives up what is in flight. */
  lose(reason: string): void;
}

const NUMBERS = ['sentSpans', 'spooledSpans', 'acknowledgedSpans', 'recoveredSpans', 'retries', 'bytes'] as const;

const less = (
  now: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(now)
      .map(([key, value]) => [key, value - (before[key] ?? 0)] as const)
      .filter(([, value]) => value !== 0),
  );

export const createExporterAccount = (): ExporterAccount => {
  const numbers = {
    sentSpans: 0,
    spooledSpans: 0,
    acknowledgedSpans: 0,
    recoveredSpans: 0,
    retries: 0,
    bytes: 0,
  };
  const rejected = createReasons();
  const dropped = createReasons();
  let lastErrorReason: string | null = null;
  let lastSuccessUnixMillis: number | null = null;
  let circuit: CircuitState = 'closed';

  const read = (): ExporterCounts => ({
    ...numbers,
    inFlightSpans:
      numbers.sentSpans - numbers.spooledSpans - numbers.acknowledgedSpans - rejected.total() - dropped.total(),
    rejectedSpans: rejected.read(),
    droppedSpans: dropped.read(),
    lastErrorReason,
    lastSuccessUnixMillis,
    circuit,
  });
  let told = read();

  return {
    started(spans) {
      numbers.sentSpans += spans;
    },
    acknowledged(spans, unixMillis) {
      numbers.acknowledgedSpans += spans;
      lastSuccessUnixMillis = unixMillis;
    },
    rejected(spans, reason) {
      rejected.add(reason, spans);
      lastErrorReason = reason;
    },
    dropped(spans, reason) {
      dropped.add(reason, spans);
      lastErrorReason = reason;
    },
    spooled(spans) {
      numbers.spooledSpans += spans;
    },
    unspooled(spans) {
      numbers.spooledSpans -= spans;
    },
    recovered(spans) {
      numbers.recoveredSpans += spans;
      numbers.sentSpans += spans;
      numbers.spooledSpans += spans;
    },
    retried(reason) {
      numbers.retries++;
      lastErrorReason = reason;
    },
    sentBytes(bytes) {
      numbers.bytes += bytes;
    },
    circuit(state) {
      circuit = state;
    },
    read,
    take() {
      const now = read();
      const before = told;
      told = now;
      const { inFlightSpans: _inFlight, ...rest } = now;
      const delta: ExporterDelta = {
        ...rest,
        sentSpans: now.sentSpans - before.sentSpans,
        spooledSpans: now.spooledSpans - before.spooledSpans,
        acknowledgedSpans: now.acknowledgedSpans - before.acknowledgedSpans,
        recoveredSpans: now.recoveredSpans - before.recoveredSpans,
        retries: now.retries - before.retries,
        bytes: now.bytes - before.bytes,
        rejectedSpans: less(now.rejectedSpans, before.rejectedSpans),
        droppedSpans: less(now.droppedSpans, before.droppedSpans),
      };
      const isSame =
        NUMBERS.every((name) => delta[name] === 0) &&
        Object.keys(delta.rejectedSpans).length + Object.keys(delta.droppedSpans).length === 0 &&
        now.circuit === before.circuit &&
        now.lastErrorReason === before.lastErrorReason &&
        now.lastSuccessUnixMillis === before.lastSuccessUnixMillis;
      return isSame ? null : delta;
    },
    lose(reason) {
      dropped.add(reason, read().inFlightSpans);
    },
    adopt(delta) {
      for (const name of NUMBERS) numbers[name] += delta[name];
      rejected.addAll(delta.rejectedSpans);
      dropped.addAll(delta.droppedSpans);
      lastErrorReason = delta.lastErrorReason ?? lastErrorReason;
      lastSuccessUnixMillis = delta.lastSuccessUnixMillis ?? lastSuccessUnixMillis;
      circuit = delta.circuit;
    },
  };
};
