import type { ContextManager } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  ParentBasedSampler,
  type Sampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

import { createBatching, eventLoopTurns } from './batch/index.js';
import { buildPipeline } from './build-pipeline.js';
import type { NoveumClient } from './client.js';
import { type Delivery, inlineDelivery, type PipelineThread, threadDelivery } from './delivery/index.js';
import { createSpanEncoder } from './encode/index.js';
import { NoveumError } from './errors/index.js';
import type { Wires } from './exporters-of.js';
import { healthOf } from './health-of.js';
import { createLedger, type Ledger, type LedgerDelta } from './ledger/index.js';
import { mergeHotUpdate, type ResolvedOptions } from './options/index.js';
import { pipelineSettingsOf, reasonToStay } from './pipeline-settings.js';
import { type ActiveProvider, globalProvider, installProvider, joinProvider } from './provider/index.js';
import { setRuntime } from './runtime/index.js';
import { createSpanProcessor } from './span-processor.js';
import { SDK_NAME, SDK_VERSION } from './version.js';

/** What differs between Node, a browser and an edge runtime. */
export interface Platform {
  readonly contextManager: ContextManager | undefined;
  readonly wires: (onError: Wires['onError']) => Wires;
  /** Undefined where there are no threads. */
  readonly startThread: ((settings: unknown) => PipelineThread) | undefined;
  /** Of the process: its runtime, its host, its id. */
  readonly resourceAttributes: Readonly<Record<string, string | number>>;
  /** A timer that keeps the process alive. */
  readonly later: (work: () => void, delayMillis: number) => { cancel(): void };
  readonly log: (level: 'warn' | 'info', message: string) => void;
}

const FLUSH_TIMEOUT_MILLIS = 5_000;
const MAX_BATCH_BYTES = 256 * 1_024;

const resourceOf = (options: ResolvedOptions, platform: Platform) =>
  resourceFromAttributes({
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': platform.startThread === undefined ? 'webjs' : 'nodejs',
    'telemetry.distro.name': SDK_NAME,
    'telemetry.distro.version': SDK_VERSION,
    ...platform.resourceAttributes,
    ...(options.environment === null ? {} : { 'deployment.environment.name': options.environment }),
    ...(options.serviceVersion === null ? {} : { 'service.version': options.serviceVersion }),
    ...(options.project === null ? {} : { 'noveum.project': options.project }),
    ...options.resourceAttributes,
    'service.name': options.serviceName,
  });

const samplerOf = ({ sampling }: ResolvedOptions): Sampler => {
  const root = sampling.ratio === 0 ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(sampling.ratio);
  return sampling.parentBased ? new ParentBasedSampler({ root }) : root;
};

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
}

/** What comes after `end()`: ring → encoder → thread, or this thread → pipeline. */
const createOutgoing = (
  options: ResolvedOptions,
  platform: Platform,
  ledger: Ledger,
  onError: Wires['onError'],
): Outgoing => {
  const settings = pipelineSettingsOf(options);
  const encoder = createSpanEncoder();
  const reuse = (buffer: ArrayBuffer): void => encoder.reuse(buffer);
  const inline = (): Delivery => {
    const pipeline = buildPipeline(settings, platform.wires(onError), ledger);
    return inlineDelivery({ pipeline, reuse });
  };
  const { startThread } = platform;
  const delivery =
    startThread === undefined || reasonToStay(options) !== undefined
      ? inline()
      : threadDelivery({
          startThread: () => startThread(settings),
          inline,
          reuse,
          onCounts: (counts) => ledger.adopt(counts as LedgerDelta),
          onLost: (spans) => ledger.dropped(spans, 'thread_lost'),
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
    attributesOf: () => undefined,
    maxQueueBytes: options.batch.maxQueueBytes,
    takesUnsampled: options.keep !== null,
    flushTimeoutMillis: FLUSH_TIMEOUT_MILLIS,
    onCreated: () => ledger.created(1),
    onDropped: (reason, spans) => ledger.dropped(spans, reason),
  });
  return { processor, delivery, drain: () => batching.drain() };
};

const activate = (options: ResolvedOptions, platform: Platform, processor: SpanProcessor): ActiveProvider => {
  const there = globalProvider();
  if (there === undefined)
    return installProvider({
      resource: resourceOf(options, platform),
      sampler: samplerOf(options),
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

/** Puts the SDK together and makes it the process's; the way of a span is `createOutgoing`, and then `pipeline.ts`. */
export const startSdk = (startOptions: ResolvedOptions, platform: Platform): NoveumClient => {
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
  const active = activate(options, platform, outgoing.processor);
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

  return {
    get options() {
      return options;
    },
    flush,
    async shutdown(timeoutMillis = FLUSH_TIMEOUT_MILLIS) {
      if (isStopped) return;
      isStopped = true;
      setRuntime(undefined);
      active.leave();
      outgoing.drain();
      await outgoing.delivery.close(timeoutMillis);
    },
    configure(patch) {
      const update = mergeHotUpdate(options, patch);
      if (update.problems.length > 0) return update.problems;
      options = update.options;
      announce();
      return [];
    },
    getStats: () => ledger.snapshot(),
    health: () => healthOf(ledger.snapshot()),
  };
};
