export interface MetricDefinition {
  readonly name: string;
  /** A counter only grows. */
  readonly kind: 'counter' | 'upDownCounter';
  /** Of UCUM. */
  readonly unit: string;
  readonly description: string;
}

const counter = (name: string, unit: string, description: string): MetricDefinition => ({
  name,
  kind: 'counter',
  unit,
  description,
});

const upDown = (name: string, unit: string, description: string): MetricDefinition => ({
  ...counter(name, unit, description),
  kind: 'upDownCounter',
});

/**
 * What OpenTelemetry's semantic conventions 1.41 name for an SDK that watches itself, and under `noveum.sdk` what they have
 * no name for: our queue is bounded by bytes, so there is no capacity in spans. Written out, not imported: the
 * package of the names takes longer to load than all of ours.
 */
export const METRICS = {
  started: counter('otel.sdk.span.started', '{span}', 'Spans begun'),
  live: upDown('otel.sdk.span.live', '{span}', 'Spans begun and not ended'),
  processed: counter('otel.sdk.processor.span.processed', '{span}', 'Spans handed to exporters, or dropped before'),
  queueSize: upDown('otel.sdk.processor.span.queue.size', '{span}', 'Spans that ended and no exporter has yet'),
  queueBytes: upDown('noveum.sdk.processor.queue.bytes', 'By', 'Estimated bytes of spans on their way'),
  queueCapacity: upDown('noveum.sdk.processor.queue.capacity', 'By', 'Bytes above which spans are dropped'),
  exported: counter('otel.sdk.exporter.span.exported', '{span}', 'Spans that exporters are done with'),
  inFlight: upDown('otel.sdk.exporter.span.inflight', '{span}', 'Spans that exporters have in hand'),
  spooled: upDown('noveum.sdk.exporter.span.spooled', '{span}', 'Spans that wait on disk'),
  retries: counter('noveum.sdk.exporter.retries', '{request}', 'Requests that were sent again'),
  sentBytes: counter('noveum.sdk.exporter.sent', 'By', 'Bytes of the bodies of requests'),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricKey = keyof typeof METRICS;
