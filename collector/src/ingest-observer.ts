import type { IngestObserver } from './receivers/index.js';
import type { Telemetry } from './telemetry/index.js';

/** Counts each request that was answered. */
export const observerOf =
  ({ ingest }: Telemetry): IngestObserver =>
  ({ route, format, code, bytes, acceptedSpans, refusedByKind, flagged, elapsedMillis }) => {
    ingest.requestAnswered({ route, format, code, bytes, seconds: elapsedMillis / 1000 });
    if (acceptedSpans > 0) ingest.spansAccepted(acceptedSpans);
    for (const kind of refusedByKind) ingest.refused(kind, 1);
    for (const [kind, count] of Object.entries(flagged)) ingest.flagged(kind, count);
  };
