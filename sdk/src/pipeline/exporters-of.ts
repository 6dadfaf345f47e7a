import { circuitBreaking, counted, type Exporter, queued, retrying, untraced } from '../exporters/index.js';
import type { ExporterTally, Ledger } from '../ledger/index.js';
import { createSenderHeader, type Sender } from '../sender/index.js';
import { exporterOf } from './exporter-of.js';
import { exporterNames, type PipelineSettings } from './settings/index.js';
import type { Wires } from './wires.js';

const MAX_CONCURRENT_EXPORTS = 4;

const wrapped = (
  exporter: Exporter,
  name: string,
  tally: ExporterTally,
  { exporters, maxQueueBytes, retry, spool }: PipelineSettings,
  { clock, random, spooling }: Wires,
): Exporter => {
  const breaking = circuitBreaking(untraced(exporter), { clock, onState: (state) => tally.circuit(state) });
  const patient = retrying(breaking, {
    maxAttempts: retry.maxAttempts,
    initialMillis: retry.initialDelayMillis,
    maxMillis: retry.maxDelayMillis,
    random,
    clock,
    onRetry: (reason) => tally.retried(reason),
  });
  const inTurn = queued(patient, {
    maxConcurrentExports: MAX_CONCURRENT_EXPORTS,
    // The ring's own bound is enough for one; of several each has its share, so that one that is down starves no other.
    ...(exporters.length > 1 ? { maxBytes: maxQueueBytes / exporters.length } : {}),
  });
  return spool === null || spooling === undefined
    ? counted(inTurn, tally, clock)
    : spooling(inTurn, { ...spool, name, tally });
};

/** Each exporter within all that is wrapped around it: counted, queued, retrying, with a circuit breaker. */
export const exportersOf = (
  settings: PipelineSettings,
  ledger: Ledger,
  wires: Wires,
  sender: Sender,
): readonly Exporter[] => {
  const names = exporterNames(settings.exporters);
  return settings.exporters.flatMap((each, at) => {
    const name = names[at] as string;
    const tally = ledger.exporter(name);
    const exporter = exporterOf(each, wires, (bytes) => tally.sentBytes(bytes), createSenderHeader(sender, name));
    return exporter === undefined ? [] : [wrapped(exporter, name, tally, settings, wires)];
  });
};
