import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { awaitingResource } from './awaiting-resource.js';
import { createBatching, eventLoopTurns } from '../batch/index.js';
import { contextAttributes } from '../context/index.js';
import { type Delivery, inlineDelivery, threadDelivery } from '../delivery/index.js';
import { createSpanEncoder } from '../encode/index.js';
import type { ReportFault } from '../errors/index.js';
import type { Ledger, LedgerDelta } from '../ledger/index.js';
import type { ResolvedOptions } from '../options/index.js';
import { exporterNames, pipelineSettingsOf, reasonToStay } from '../pipeline/settings/index.js';
import type { Platform } from '../platform/index.js';
import { createTelling, type Sender, type SenderProcess, senderProcessOf, type Told } from '../sender/index.js';
import { exporterTypeOf, type MetricPoint, selfMetricsOf } from '../self-metrics/index.js';
import { createSpanProcessor } from './span-processor.js';

export interface Outgoing {
  readonly processor: SpanProcessor;
  readonly delivery: Delivery;
  /** Hands over what has ended; at once, unless a host's resource is still being found. */
  readonly drain: () => Promise<void>;
  /** What the SDK knows of itself, now. */
  readonly metrics: () => readonly MetricPoint[];
  /** Of options that may change while running, those that the pipeline goes by. */
  readonly configure: (options: ResolvedOptions) => void;
}

export const FLUSH_TIMEOUT_MILLIS = 5_000;
export const MAX_BATCH_BYTES = 1_024 * 1_024;

/**
 * What comes after `end()`: ring → encoder → thread, or this thread → pipeline. `isOfHost`: the spans are made by the
 * provider of another set-up.
 */
export const createOutgoing = (
  options: ResolvedOptions,
  platform: Platform,
  ledger: Ledger,
  onError: ReportFault,
  isOfHost: boolean,
  /** Before each batch goes out. */
  onBatch: () => void = () => undefined,
): Outgoing => {
  let settings = pipelineSettingsOf(options, isOfHost);
  let known: SenderProcess | undefined;
  // At its first use: edge runtimes allow no random values before the first request.
  const processOf = (): SenderProcess => (known ??= senderProcessOf(options, platform.newId));
  const sender: Sender & { told(): Told } = {
    get process() {
      return processOf();
    },
    told: createTelling(ledger),
  };
  const names = exporterNames(options.exporters);
  const exporterTypes = Object.fromEntries(
    options.exporters.map((each, at) => [names[at] ?? each.type, exporterTypeOf(each)]),
  );
  const encoder = createSpanEncoder({ onOmittedSpan: () => ledger.dropped(1, 'unreadable') });
  const reuse = (buffer: ArrayBuffer): void => encoder.reuse(buffer);
  const inline = (): Delivery =>
    inlineDelivery({ pipeline: platform.buildPipeline({ settings, ledger, sender }, onError), reuse });
  const { startThread } = platform;
  const delivery =
    startThread === undefined || reasonToStay(options) !== undefined
      ? inline()
      : threadDelivery({
          startThread: () => startThread({ settings, process: processOf() }),
          inline,
          reuse,
          onCounts: (counts) => ledger.adopt(counts as LedgerDelta),
          tell: () => sender.told(),
          hasLastWord: () => ledger.snapshot().createdSpans + ledger.snapshot().sampledOutSpans > 0,
          onLost: () => ledger.lose(batching.waitingSpans, 'thread_lost'),
          onError,
          later: platform.later,
        });
  const batching = createBatching({
    encoder,
    turns: eventLoopTurns(),
    ship: (batch) => {
      onBatch();
      delivery.send(batch);
    },
    maxBatchSpans: options.batch.maxSpans,
    maxBatchBytes: platform.maxBatchBytes ?? MAX_BATCH_BYTES,
    scheduledDelayMillis: options.batch.scheduledDelayMillis,
  });
  const hasWaitUntil = options.waitUntil !== null || platform.waitUntil !== undefined;
  const startedSpans = { sampled: 0, recordOnly: 0 };
  const processor = createSpanProcessor({
    batching,
    delivery,
    attributesOf: contextAttributes,
    maxQueueBytes: options.batch.maxQueueBytes,
    takesUnsampled: options.keep !== null,
    isImmediate: options.immediate,
    onSendable: hasWaitUntil ? () => handOver() : undefined,
    flushTimeoutMillis: FLUSH_TIMEOUT_MILLIS,
    onStarted: (isSampled) => {
      if (isSampled) startedSpans.sampled += 1;
      else startedSpans.recordOnly += 1;
    },
    onCreated: () => ledger.created(1),
    onDropped: (reason, spans) => ledger.dropped(spans, reason),
  });
  const awaiting = isOfHost ? awaitingResource(processor) : undefined;
  const drain = async (): Promise<void> => {
    if (awaiting?.pending !== undefined) await awaiting.pending;
    batching.drain();
  };
  /** Hands the sending of what has ended to the platform, where it has a way to wait for it. */
  const handOver = (): void => {
    const waitUntil = options.waitUntil ?? platform.waitUntil?.();
    if (waitUntil === undefined) return;
    try {
      waitUntil(drain().then(() => delivery.flush(FLUSH_TIMEOUT_MILLIS)));
    } catch (error) {
      onError(error, 'waitUntil');
    }
  };
  return {
    processor: awaiting ?? processor,
    delivery,
    drain,
    metrics: () =>
      selfMetricsOf({
        ledger: ledger.snapshot(),
        startedSpans,
        queueBytes: batching.waitingBytes + delivery.inFlightBytes,
        queueCapacityBytes: options.batch.maxQueueBytes,
        exporterTypes,
      }),
    configure: (next) => {
      settings = pipelineSettingsOf(next, isOfHost);
      delivery.configure(settings);
    },
  };
};
