export { exporterTypeOf } from './exporter-types.js';
export { createOtelMetrics, type OtelMetrics } from './otel-metrics.js';
export { prometheusText } from './prometheus-text.js';
export { type MetricPoint, type SelfCounts, selfMetricsOf } from './self-metrics.js';
