import type { Access } from './access/index.js';
import type { HealthReport } from './api/index.js';
import type { DrainHost } from './drain-host.js';
import type { ForwardHost } from './forward-host.js';
import type { Journal } from './journal/index.js';
import type { createInFlight } from './receivers/index.js';
import type { Senders } from './senders/index.js';
import type { TraceStream } from './stream/index.js';
import type { Telemetry } from './telemetry/index.js';
import type { TextHost } from './text-host.js';

/** What is asked how it is doing; null: is not wanted. */
export interface CollectorParts {
  readonly access: Access;
  readonly drain: DrainHost;
  readonly forward: ForwardHost | null;
  readonly inFlight: ReturnType<typeof createInFlight>;
  readonly journal: Journal;
  readonly senders: Senders;
  readonly stream: TraceStream;
  readonly text: TextHost | null;
}

const MILLIS_PER_SECOND = 1_000;

const secondsSince = (millis: number | null): number =>
  millis === null ? 0 : Math.max(0, Date.now() - millis) / MILLIS_PER_SECOND;

export const healthOf = ({ drain, forward, journal, text }: CollectorParts): HealthReport => {
  const { status, code, ...details } = journal.health();
  const fault = drain.fault();
  return {
    journal: { status, code, details },
    store: {
      status: fault === null ? 'healthy' : 'degraded',
      code: fault?.code ?? null,
      details: {
        days_derived_otherwise: drain.daysDerivedOtherwise().length,
        ...(fault?.message === undefined || fault.message === null ? {} : { message: fault.message }),
      },
    },
    ...(text === null ? {} : { text: text.part() }),
    ...forward?.parts(),
  };
};

export const gaugesOf = ({
  access,
  drain,
  inFlight,
  journal,
  senders,
  stream,
  text,
}: CollectorParts): Parameters<Telemetry['observe']>[0] => ({
  inFlightBytes: () => inFlight.bytes(),
  journalBytes: () => journal.health().bytes,
  journalLimitBytes: () => journal.health().limitBytes,
  journalFiles: () => journal.health().files,
  drainLagBytes: () => drain.lagBytes(),
  drainLagSeconds: () => drain.lagSeconds(),
  textLagBytes: () => text?.lagBytes() ?? null,
  textLagSeconds: () => text?.lagSeconds() ?? null,
  incompleteTraces: () => drain.incompleteTraces(),
  tombstones: () => drain.erasures().tombstones,
  pendingErasures: () => drain.erasures().pending,
  pendingErasureSeconds: () => secondsSince(drain.erasures().pendingSinceMillis),
  apiKeys: () => access.keyCount(),
  senders: () => senders.count,
  streams: () => stream.clients(),
});
