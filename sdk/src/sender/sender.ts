import type { SenderIdentity, SenderReport } from 'noveum-proto/sender';

import type { ByReason } from '../ledger/index.js';
import { SDK_VERSION } from '../resource/index.js';
import type { Told } from './told.js';

/** One start of the SDK. Can be posted. */
export type SenderProcess = Omit<SenderIdentity, 'exporter'>;

/** What exporters tell their backends of the process that they send for. */
export interface Sender {
  readonly process: SenderProcess;
  /** The latest that is known here; undefined: nothing yet. */
  told(): Told | undefined;
}

export const senderProcessOf = (
  { serviceName, project }: { readonly serviceName: string; readonly project: string | null },
  newId: () => string,
): SenderProcess => ({ instanceId: newId(), serviceName, project: project ?? '', sdkVersion: SDK_VERSION });

const added = (some: ByReason, others: ByReason): ByReason => {
  const sums: Record<string, number> = { ...some };
  for (const [reason, spans] of Object.entries(others)) sums[reason] = (sums[reason] ?? 0) + spans;
  return sums;
};

/** The ledger, as it concerns one exporter. */
export const senderReportOf = (
  process: SenderProcess,
  exporter: string,
  { sequence, counts }: Told,
  { batch, hasEnded }: Pick<SenderReport, 'batch' | 'hasEnded'>,
): SenderReport => {
  const page = counts.exporters[exporter];
  return {
    ...process,
    exporter,
    sequence,
    batch,
    createdSpans: counts.createdSpans + counts.sampledOutSpans,
    sampledOutSpans: counts.sampledOutSpans,
    inFlightSpans: counts.queuedSpans + (page?.inFlightSpans ?? 0),
    spooledSpans: page?.spooledSpans ?? 0,
    acknowledgedSpans: page?.acknowledgedSpans ?? 0,
    recoveredSpans: page?.recoveredSpans ?? 0,
    retries: page?.retries ?? 0,
    droppedSpans: added(counts.droppedSpans, page?.droppedSpans ?? {}),
    rejectedSpans: page?.rejectedSpans ?? {},
    hasEnded,
  };
};
