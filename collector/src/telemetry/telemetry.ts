import { collectDefaultMetrics, Registry } from 'prom-client';

import { createDrainMetrics, type DrainMetrics } from './drain-metrics.js';
import { createElasticsearchMetrics, type ElasticsearchMetrics } from './elasticsearch-metrics.js';
import { type EventLoopWatch, watchEventLoop } from './event-loop.js';
import { createForwardMetrics, type ForwardMetrics } from './forward-metrics.js';
import { type GaugeSources, observeGauges } from './gauges.js';
import { createIngestMetrics, type IngestMetrics } from './ingest-metrics.js';
import { createLog, type Log, type LogDestination } from './log.js';
import { createQueryMetrics, type QueryMetrics } from './query-metrics.js';
import { createSenderMetrics, type SenderMetrics } from './sender-metrics.js';
import { createTextMetrics, type TextMetrics } from './text-metrics.js';

export interface TelemetryOptions {
  readonly level: string;
  /** Where the log's lines go: standard error, but in tests. */
  readonly destination: LogDestination;
}

export interface Telemetry {
  readonly log: Log;
  readonly ingest: IngestMetrics;
  readonly drain: DrainMetrics;
  readonly forward: ForwardMetrics;
  readonly text: TextMetrics;
  readonly query: QueryMetrics;
  readonly senders: SenderMetrics;
  /** Registered at the first call: other stores have none. */
  readonly elasticsearch: () => ElasticsearchMetrics;
  readonly eventLoop: Pick<EventLoopWatch, 'maxDelayMillis'>;
  /** Adds gauges that are read at each scrape. */
  observe(sources: Partial<GaugeSources>): void;
  /** The answer of `/metrics`, in Prometheus's text format. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  close(): void;
}

/** The one log and the one registry of a collector; nothing of it is global. */
export const createTelemetry = ({ level, destination }: TelemetryOptions): Telemetry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'noveum_' });
  let elasticsearch: ElasticsearchMetrics | null = null;
  const eventLoop = watchEventLoop(registry);
  return {
    log: createLog(level, destination),
    ingest: createIngestMetrics(registry),
    drain: createDrainMetrics(registry),
    forward: createForwardMetrics(registry),
    text: createTextMetrics(registry),
    query: createQueryMetrics(registry),
    senders: createSenderMetrics(registry),
    elasticsearch: () => (elasticsearch ??= createElasticsearchMetrics(registry)),
    eventLoop,
    observe: (sources) => {
      observeGauges(registry, sources);
    },
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    close: () => {
      eventLoop.close();
      registry.clear();
    },
  };
};
