import type { ContextManager, TextMapPropagator } from '@opentelemetry/api';
import { context, propagation, trace } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, type Sampler, type SpanLimits, type SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { randomIds } from './random-ids.js';

export interface OwnProviderOptions {
  readonly resource: Resource;
  readonly sampler: Sampler;
  readonly spanProcessor: SpanProcessor;
  /** Lengths of values aren't limited here: a secret cut in half is no longer known as one. */
  readonly spanLimits: Omit<SpanLimits, 'attributeValueLengthLimit'>;
  /** Undefined where the runtime has none: then a parent is found in synchronous code only. */
  readonly contextManager: ContextManager | undefined;
  readonly propagator: TextMapPropagator<unknown>;
}

export interface ActiveProvider {
  readonly provider: Pick<BasicTracerProvider, 'getTracer'>;
  /** True where another set-up's provider was there first. */
  readonly isJoined: boolean;
  /** Gives the places back that were taken. */
  leave(): void;
}

/** OpenTelemetry's own provider, made the global one. */
export const installProvider = (options: OwnProviderOptions): ActiveProvider => {
  const provider = new BasicTracerProvider({
    resource: options.resource,
    sampler: options.sampler,
    spanProcessors: [options.spanProcessor],
    spanLimits: { ...options.spanLimits, attributeValueLengthLimit: Number.POSITIVE_INFINITY },
    idGenerator: randomIds(),
  });
  trace.setGlobalTracerProvider(provider);
  const hasContext =
    options.contextManager !== undefined && context.setGlobalContextManager(options.contextManager.enable());
  const hasPropagation = propagation.setGlobalPropagator(options.propagator);
  return {
    provider,
    isJoined: false,
    leave: () => {
      trace.disable();
      if (hasContext) context.disable();
      if (hasPropagation) propagation.disable();
    },
  };
};
