export type { DrainedBatch, DrainMetrics } from './drain-metrics.js';
export type { ClusterCounts } from './elasticsearch-metrics.js';
export type { GaugeSources } from './gauges.js';
export type { IngestMetrics, RequestSeen } from './ingest-metrics.js';
export type { Log, LogDestination, LogFields } from './log.js';
export type { QueryMetrics, QuerySeen } from './query-metrics.js';
export { createTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.js';
