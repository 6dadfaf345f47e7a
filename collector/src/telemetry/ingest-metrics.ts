import { Counter, Histogram, type Registry } from 'prom-client';

export interface RequestSeen {
  /** The route's pattern, e.g. `/v1/traces`, or gRPC's path of the method: never the address as sent. */
  readonly route: string;
  readonly format: string;
  /** `OK`, or the error's code. */
  readonly code: string;
  /** Of the body as sent. */
  readonly bytes: number;
  /** From the first byte's arrival to the answer. */
  readonly seconds: number;
}

/** Called once a request, never once a span. */
export interface IngestMetrics {
  requestAnswered(request: RequestSeen): void;
  spansAccepted(count: number): void;
  /** Spans, log records, native traces or whole requests; `reason`: a `Problem`'s kind, or an error's code. */
  refused(reason: string, count: number): void;
  /** Kept, but with something that is not as it should be; `kind` as in `DecodedBody.flagged`. */
  flagged(kind: string, count: number): void;
  /** `project`: as the rule names it, so that there are no more than rules. */
  redacted(project: string, kind: string, count: number): void;
}

const ACK_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.045, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const createIngestMetrics = (registry: Registry): IngestMetrics => {
  const registers = [registry];
  const requests = new Counter({
    name: 'noveum_requests_total',
    help: 'Requests answered, by route, format and code',
    labelNames: ['route', 'format', 'code'],
    registers,
  });
  const receivedBytes = new Counter({
    name: 'noveum_received_bytes_total',
    help: 'Bytes of request bodies as sent',
    labelNames: ['format'],
    registers,
  });
  const ackSeconds = new Histogram({
    name: 'noveum_ack_duration_seconds',
    help: 'Time from the arrival of a request that sends to its answer',
    labelNames: ['format'],
    buckets: ACK_SECONDS,
    registers,
  });
  const accepted = new Counter({ name: 'noveum_spans_accepted_total', help: 'Spans acknowledged', registers });
  const refused = new Counter({
    name: 'noveum_refusals_total',
    help: 'Spans, log records, native traces and whole requests refused to their sender, by reason',
    labelNames: ['reason'],
    registers,
  });
  const flagged = new Counter({
    name: 'noveum_spans_flagged_total',
    help: 'Kept, but not as it should be, by kind of problem',
    labelNames: ['kind'],
    registers,
  });
  const redactions = new Counter({
    name: 'noveum_redactions_total',
    help: 'What was taken out of requests before they were kept, by project as its rule names it and by kind',
    labelNames: ['project', 'kind'],
    registers,
  });
  return {
    requestAnswered({ route, format, code, bytes, seconds }) {
      requests.inc({ route, format, code });
      receivedBytes.inc({ format }, bytes);
      ackSeconds.observe({ format }, seconds);
    },
    spansAccepted: (count) => {
      accepted.inc(count);
    },
    refused: (reason, count) => {
      refused.inc({ reason }, count);
    },
    flagged: (kind, count) => {
      flagged.inc({ kind }, count);
    },
    redacted: (project, kind, count) => {
      redactions.inc({ project, kind }, count);
    },
  };
};
