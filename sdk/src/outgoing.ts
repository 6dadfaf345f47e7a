import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { awaitingResource } from './awaiting-resource.js';
import { createBatching, eventLoopTurns } from './batch/index.js';
import { buildPipeline } from './build-pipeline.js';
import { contextAttributes } from './context/index.js';
import { type Delivery, inlineDelivery, type PipelineThread, threadDelivery } from './delivery/index.js';
import { createSpanEncoder } from './encode/index.js';
import type { Wires } from './exporters-of.js';
import type { Ledger, LedgerDelta } from './ledger/index.js';
import type { ResolvedOptions } from './options/index.js';
import { pipelineSettingsOf, reasonToStay, type ThreadSettings } from './pipeline-settings.js';
import { createTelling, senderProcessOf } from './sender/index.js';
import { createSpanProcessor } from './span-processor.js';

/** What the way of a span needs of Node, a browser or an edge runtime. */
export interface OutgoingPlatform {
  readonly wires: (onError: Wires['onError']) => Wires;
  /** Undefined where there are no threads. */
  readonly startThread: ((settings: ThreadSettings) => PipelineThread) | undefined;
  /** A timer that keeps the process alive. */
  readonly later: (work: () => void, delayMillis: number) => { cancel(): void };
}

export interface Outgoing {
  readonly processor: SpanProcessor;
  readonly delivery: Delivery;
  /** Hands over what has ended; at once, unless a host's resource is still being found. */
  readonly drain: () => Promise<void>;
  /** Of options that may change while running, those that the pipeline goes by. */
  readonly configure: (options: ResolvedOptions) => void;
}

export const FLUSH_TIMEOUT_MILLIS = 5_000;
export const MAX_BATCH_BYTES = 256 * 1_024;

/**
 * What comes after `end()`: ring → encoder → thread, or this thread → pipeline. `isOfHost`: the spans are made by the
 * provider of another set-up.
 */
export const createOutgoing = (
  options: ResolvedOptions,
  platform: OutgoingPlatform,
  ledger: Ledger,
  onError: Wires['onError'],
  isOfHost: boolean,
): Outgoing => {
  let settings = pipelineSettingsOf(options, isOfHost);
  const process = senderProcessOf(options, () => crypto.randomUUID());
  const tell = createTelling(ledger);
  const encoder = createSpanEncoder({ onOmittedSpan: () => ledger.dropped(1, 'unreadable') });
  const reuse = (buffer: ArrayBuffer): void => encoder.reuse(buffer);
  const inline = (): Delivery => {
    const wires = platform.wires(onError);
    const pipeline = buildPipeline({ settings, wires, ledger, sender: { process, told: tell } });
    return inlineDelivery({ pipeline, reuse });
  };
  const { startThread } = platform;
  const delivery =
    startThread === undefined || reasonToStay(options) !== undefined
      ? inline()
      : threadDelivery({
          startThread: () => startThread({ settings, process }),
          inline,
          reuse,
          onCounts: (counts) => ledger.adopt(counts as LedgerDelta),
          tell,
          hasLastWord: () => ledger.snapshot().createdSpans + ledger.snapshot().sampledOutSpans > 0,
          onLost: () => ledger.lose(batching.waitingSpans, 'thread_lost'),
          onError,
          later: platform.later,
        });
  const batching = createBatching({
    encoder,
    turns: eventLoopTurns(),
    ship: (batch) => delivery.send(batch),
    maxBatchSpans: options.batch.maxSpans,
    maxBatchBytes: MAX_BATCH_BYTES,
    scheduledDelayMillis: options.batch.scheduledDelayMillis,
  });
  const processor = createSpanProcessor({
    batching,
    delivery,
    attributesOf: contextAttributes,
    maxQueueBytes: options.batch.maxQueueBytes,
    takesUnsampled: options.keep !== null,
    isImmediate: options.immediate,
    flushTimeoutMillis: FLUSH_TIMEOUT_MILLIS,
    onCreated: () => ledger.created(1),
    onDropped: (reason, spans) => ledger.dropped(spans, reason),
  });
  const awaiting = isOfHost ? awaitingResource(processor) : undefined;
  return {
    processor: awaiting ?? processor,
    delivery,
    async drain() {
      if (awaiting?.pending !== undefined) await awaiting.pending;
      batching.drain();
    },
    configure: (next) => {
      settings = pipelineSettingsOf(next, isOfHost);
      delivery.configure(settings);
    },
  };
};
