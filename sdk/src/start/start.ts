import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { healthOf, type NoveumClient } from '../client/index.js';
import { errorTeller, type ReportFault } from '../errors/index.js';
import { createLedger } from '../ledger/index.js';
import { mergeHotUpdate, type ResolvedOptions } from '../options/index.js';
import { createOutgoing, FLUSH_TIMEOUT_MILLIS } from '../outgoing/index.js';
import type { Platform } from '../platform/index.js';
import { type ActiveProvider, globalProvider, installProvider, joinProvider } from '../provider/index.js';
import { resourceAttributesOf, SDK_NAME, SDK_VERSION } from '../resource/index.js';
import { setRuntime } from '../runtime/index.js';
import { createOtelMetrics, prometheusText } from '../self-metrics/index.js';
import { createSampler } from '../sampler/index.js';
import { endOpenStreams } from '../stream/index.js';

const DISTRIBUTION = { name: SDK_NAME, version: SDK_VERSION };

const propagatorOf = ({ propagators }: ResolvedOptions) =>
  new CompositePropagator({
    propagators: [
      ...(propagators.includes('tracecontext') ? [new W3CTraceContextPropagator()] : []),
      ...(propagators.includes('baggage') ? [new W3CBaggagePropagator()] : []),
    ],
  });

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
  /** In Prometheus's text format. */
  readonly metricsText: () => string;
  readonly tellError: ReportFault;
}

/** Puts the SDK together and makes it the process's; the way of a span is in `outgoing`, and then in `pipeline`. */
export const startSdk = (startOptions: ResolvedOptions, platform: Platform): StartedSdk => {
  let options = startOptions;
  let isStopped = false;
  const ledger = createLedger();
  const onError = errorTeller(() => options.onError);
  const otelMetrics = createOtelMetrics(DISTRIBUTION, () => outgoing.metrics(), onError);
  const outgoing = createOutgoing(options, platform, ledger, onError, globalProvider() !== undefined, () =>
    otelMetrics.bind(),
  );
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
  otelMetrics.bind();
  if (options.captureContent) platform.log('info', 'prompts, responses, arguments and results are captured');

  const flush = async (timeoutMillis = FLUSH_TIMEOUT_MILLIS): Promise<boolean> => {
    await outgoing.drain();
    return outgoing.delivery.flush(timeoutMillis);
  };

  const adopt = (next: ResolvedOptions): void => {
    if (next.sampling !== options.sampling) sampler.replace(next.sampling);
    if (next.redaction !== options.redaction || next.encryption !== options.encryption) outgoing.configure(next);
    options = next;
    if (!isStopped) announce();
  };

  return {
    get options() {
      return options;
    },
    adopt,
    tellError: onError,
    metricsText: () => prometheusText(outgoing.metrics()),
    flush,
    async shutdown(timeoutMillis = FLUSH_TIMEOUT_MILLIS) {
      if (isStopped) return;
      isStopped = true;
      endOpenStreams();
      setRuntime(undefined);
      active.leave();
      await outgoing.drain();
      await outgoing.delivery.close(timeoutMillis);
      otelMetrics.unbind();
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
