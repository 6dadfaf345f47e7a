import type { ContextManager } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { createBatching, eventLoopTurns } from './batch/index.js';
import { buildPipeline } from './build-pipeline.js';
import type { NoveumClient } from './client.js';
import { type Delivery, inlineDelivery, type PipelineThread, threadDelivery } from './delivery/index.js';
import { contextAttributes } from './context/index.js';
import { createSpanEncoder } from './encode/index.js';
import { NoveumError } from './errors/index.js';
import type { Wires } from './exporters-of.js';
import { healthOf } from './health-of.js';
import { createLedger, type Ledger, type LedgerDelta } from './ledger/index.js';
import { type AttributeMap, mergeHotUpdate, type ResolvedOptions } from './options/index.js';
import { pipelineSettingsOf, reasonToStay, type ThreadSettings } from './pipeline-settings.js';
import { type ActiveProvider, globalProvider, installProvider, joinProvider } from './provider/index.js';
import { resourceAttributesOf } from './resource/index.js';
import { setRuntime } from './runtime/index.js';
import { createSampler } from './sampler/index.js';
import { createTelling, senderProcessOf } from './sender/index.js';
import { createSpanProcessor } from './span-processor.js';
import { endOpenStreams } from './stream/index.js';
import { SDK_NAME, SDK_VERSION } from './version.js';

/** What differs between Node, a browser and an edge runtime. */
export interface Platform {
  readonly contextManager: ContextManager | undefined;
  readonly wires: (onError: Wires['onError']) => Wires;
  /** Undefined where there are no threads. */
  readonly startThread: ((settings: ThreadSettings) => PipelineThread) | undefined;
  /** Of the process: its runtime, its host, its id. */
  readonly resourceAttributes: AttributeMap;
  /** A timer that keeps the process alive. */
  readonly later: (work: () => void, delayMillis: number) => { cancel(): void };
  readonly log: (level: 'warn' | 'info', message: string) => void;
}

const DISTRIBUTION = { name: SDK_NAME, version: SDK_VERSION };
const FLUSH_TIMEOUT_MILLIS = 5_000;
const MAX_BATCH_BYTES = 256 * 1_024;

const propagatorOf = ({ propagators }: ResolvedOptions) =>
  new CompositePropagator({
    propagators: [
      ...(propagators.includes('tracecontext') ? [new W3CTraceContextPropagator()] : []),
      ...(propagators.includes('baggage') ? [new W3CBaggagePropagator()] : []),
    ],
  });

interface Outgoing {
  readonly processor: SpanProcessor;
  readonly delivery: Delivery;
  readonly drain: () => void;
  /** Of options that may change while running, those that the pipeline goes by. */
  readonly configure: (options: ResolvedOptions) => void;
}

/** What comes after `end()`: ring → encoder → thread, or this thread → pipeline. */
const createOutgoing = (
  options: ResolvedOptions,
  platform: Platform,
  ledger: Ledger,
  onError: Wires['onError'],
): Outgoing => {
  let settings = pipelineSettingsOf(options);
  const process = senderProcessOf(options, () => crypto.randomUUID());
  const tell = createTelling(ledger);
  const encoder = createSpanEncoder();
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
  return {
    processor,
    delivery,
    drain: () => batching.drain(),
    configure: (next) => {
      settings = pipelineSettingsOf(next);
      delivery.configure(settings);
    },
  };
};

const activate = (
  options: ResolvedOptions,
  platform: Platform,
  processor: SpanProcessor,
  sampler: Sampler,
): ActiveProvider => {
  const there = globalProvider();
  if (there === undefined)
    return installProvider({
      resource: resourceFromAttributes(resourceAttributesOf(options, DISTRIBUTION, platform.resourceAttributes)),
      sampler,
      spanProcessor: processor,
      spanLimits: options.limits,
      contextManager: platform.contextManager,
      propagator: propagatorOf(options),
    });
  const joined = joinProvider(there, processor);
  if (joined !== undefined) return joined;
  platform.log(
    'warn',
    'another tracer provider is registered and takes no further span processor: give it NoveumSpanProcessor where it is made',
  );
  return { provider: there, isJoined: true, leave: () => undefined };
};

export interface StartedSdk extends NoveumClient {
  /** Takes over what may change while running, of options that are checked already. */
  readonly adopt: (next: ResolvedOptions) => void;
}

/** Puts the SDK together and makes it the process's; the way of a span is `createOutgoing`, and then `pipeline.ts`. */
export const startSdk = (startOptions: ResolvedOptions, platform: Platform): StartedSdk => {
  let options = startOptions;
  let isStopped = false;
  const ledger = createLedger();
  const onError: Wires['onError'] = (error, where) => {
    const reported =
      error instanceof NoveumError ? error : new NoveumError('callback', String(error), { cause: error });
    try {
      options.onError?.(reported, where);
    } catch {
      // The application's own reporter fails: there is nobody left to tell.
    }
  };
  const outgoing = createOutgoing(options, platform, ledger, onError);
  const sampler = createSampler(options.sampling, {
    nowMillis: () => performance.now(),
    recordsUnsampled: options.keep !== null,
    onSampledOut: () => ledger.sampledOut(1),
  });
  const active = activate(options, platform, outgoing.processor, sampler);
  const announce = (): void => {
    setRuntime({
      tracer: active.provider.getTracer(SDK_NAME, SDK_VERSION),
      capture: { content: options.captureContent, maxContentLength: options.maxContentLength },
      onError,
    });
  };
  announce();
  if (options.captureContent) platform.log('info', 'prompts, responses, arguments and results are captured');

  const flush = async (timeoutMillis = FLUSH_TIMEOUT_MILLIS): Promise<boolean> => {
    outgoing.drain();
    return outgoing.delivery.flush(timeoutMillis);
  };

  const adopt = (next: ResolvedOptions): void => {
    if (next.sampling !== options.sampling) sampler.replace(next.sampling);
    if (next.redaction !== options.redaction) outgoing.configure(next);
    options = next;
    if (!isStopped) announce();
  };

  return {
    get options() {
      return options;
    },
    adopt,
    flush,
    async shutdown(timeoutMillis = FLUSH_TIMEOUT_MILLIS) {
      if (isStopped) return;
      isStopped = true;
      endOpenStreams();
      setRuntime(undefined);
      active.leave();
      outgoing.drain();
      await outgoing.delivery.close(timeoutMillis);
    },
    configure(patch) {
      const update = mergeHotUpdate(options, patch);
      if (update.problems.length > 0) return update.problems;
      adopt(update.options);
      return [];
    },
    getStats: () => ledger.snapshot(),
    health: () => healthOf(ledger.snapshot()),
  };
};
