import { Counter, Gauge, type Registry } from 'prom-client';

/** How one endpoint stands that is forwarded to; the counts are since the last call. */
export interface ForwardSeen {
  readonly endpoint: string;
  readonly isFailing: boolean;
  readonly lagBytes: number;
  readonly lagSeconds: number;
  readonly sentSpans: number;
  readonly sentLogs: number;
  readonly rejectedItems: number;
  readonly droppedRecords: number;
  readonly droppedBytes: number;
  readonly retries: number;
  readonly unreadableRecords: number;
}

export interface ForwardMetrics {
  forwarded(seen: ForwardSeen): void;
}

const labelNames = ['endpoint'];

export const createForwardMetrics = (registry: Registry): ForwardMetrics => {
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `noveum_forward_${name}_total`, help, labelNames, registers: [registry] });
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `noveum_forward_${name}`, help, labelNames, registers: [registry] });
  const failing = gauge('failing', '1 while an endpoint is away, or refuses all by its configuration');
  const lagBytes = gauge('lag_bytes', 'Acknowledged bytes that an endpoint has not got yet');
  const lagSeconds = gauge('lag_seconds', 'Age of the oldest acknowledged request that an endpoint has not got yet');
  const counters = {
    sentSpans: counter('sent_spans', 'Spans that an endpoint has taken'),
    sentLogs: counter('sent_logs', 'Log records that an endpoint has taken'),
    rejectedItems: counter('rejected_items', 'Spans and log records that an endpoint refused for good'),
    droppedRecords: counter('dropped_records', 'Requests that an endpoint never got: it was away for too long'),
    droppedBytes: counter('dropped_bytes', 'Bytes of those requests'),
    retries: counter('retries', 'Requests to an endpoint that are tried again'),
    unreadableRecords: counter('unreadable_records', 'Requests that could not be read back or told as OTLP'),
  };
  return {
    forwarded({ endpoint, isFailing, ...seen }) {
      failing.set({ endpoint }, isFailing ? 1 : 0);
      lagBytes.set({ endpoint }, seen.lagBytes);
      lagSeconds.set({ endpoint }, seen.lagSeconds);
      for (const count of Object.keys(counters) as (keyof typeof counters)[])
        counters[count].inc({ endpoint }, seen[count]);
    },
  };
};
