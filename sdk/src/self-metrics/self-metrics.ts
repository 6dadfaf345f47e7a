import type { ByReason, LedgerSnapshot } from '../ledger/index.js';
import type { MetricKey } from './definitions.js';

const ATTR_ERROR_TYPE = 'error.type';
const ATTR_COMPONENT_NAME = 'otel.component.name';
const ATTR_COMPONENT_TYPE = 'otel.component.type';
const ATTR_SAMPLING_RESULT = 'otel.span.sampling_result';

/** What the SDK knows of itself at one moment. */
export interface SelfCounts {
  readonly ledger: LedgerSnapshot;
  /** Recorded spans that began: those that a sampler took, and those that only a keep-rule looks at. */
  readonly startedSpans: { readonly sampled: number; readonly recordOnly: number };
  readonly queueBytes: number;
  readonly queueCapacityBytes: number;
  /** By the exporter's name in the ledger. */
  readonly exporterTypes: Readonly<Record<string, string>>;
}

export interface MetricPoint {
  readonly metric: MetricKey;
  readonly value: number;
  readonly attributes: Readonly<Record<string, string>>;
}

const PROCESSOR = {
  [ATTR_COMPONENT_TYPE]: 'noveum_span_processor',
  [ATTR_COMPONENT_NAME]: 'noveum_span_processor/0',
};

const sumOf = (counts: ByReason): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const byReason = (
  metric: MetricKey,
  attributes: Readonly<Record<string, string>>,
  counts: ByReason,
): readonly MetricPoint[] =>
  Object.entries(counts).map(([reason, value]) => ({
    metric,
    value,
    attributes: { ...attributes, [ATTR_ERROR_TYPE]: reason },
  }));

const startedPoints = ({ ledger, startedSpans }: SelfCounts): readonly MetricPoint[] => {
  const started = (value: number, result: string): MetricPoint => ({
    metric: 'started',
    value,
    attributes: { [ATTR_SAMPLING_RESULT]: result },
  });
  return [
    started(startedSpans.sampled, 'RECORD_AND_SAMPLE'),
    started(startedSpans.recordOnly, 'RECORD_ONLY'),
    started(ledger.sampledOutSpans, 'DROP'),
  ];
};

const exporterPoints = ({ ledger, exporterTypes }: SelfCounts): readonly MetricPoint[] => {
  const instances = new Map<string, number>();
  return Object.entries(ledger.exporters).flatMap(([name, counts]) => {
    const type = exporterTypes[name] ?? `${name}_span_exporter`;
    const instance = instances.get(type) ?? 0;
    instances.set(type, instance + 1);
    const attributes = { [ATTR_COMPONENT_TYPE]: type, [ATTR_COMPONENT_NAME]: `${type}/${instance}` };
    const point = (metric: MetricKey, value: number): MetricPoint => ({ metric, value, attributes });
    return [
      point('exported', counts.acknowledgedSpans),
      ...byReason('exported', attributes, counts.rejectedSpans),
      ...byReason('exported', attributes, counts.droppedSpans),
      point('inFlight', counts.inFlightSpans),
      point('spooled', counts.spooledSpans),
      point('retries', counts.retries),
      point('sentBytes', counts.bytes),
    ];
  });
};

/** The ledger as points of metrics; a metric's points have distinct attributes. */
export const selfMetricsOf = (counts: SelfCounts): readonly MetricPoint[] => {
  const { ledger, startedSpans, queueBytes, queueCapacityBytes } = counts;
  const ofProcessor = (metric: MetricKey, value: number): MetricPoint => ({ metric, value, attributes: PROCESSOR });
  const begun = startedSpans.sampled + startedSpans.recordOnly;
  return [
    ...startedPoints(counts),
    // A provider that was joined may have begun spans before.
    { metric: 'live', value: Math.max(0, begun - ledger.createdSpans), attributes: {} },
    ofProcessor('processed', ledger.createdSpans - ledger.queuedSpans - sumOf(ledger.droppedSpans)),
    ...byReason('processed', PROCESSOR, ledger.droppedSpans),
    ofProcessor('queueSize', ledger.queuedSpans),
    ofProcessor('queueBytes', queueBytes),
    ofProcessor('queueCapacity', queueCapacityBytes),
    ...exporterPoints(counts),
  ];
};
