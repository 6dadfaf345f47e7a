import { trace, type TracerProvider } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

import type { ActiveProvider } from './own-provider.js';

/** OpenTelemetry 1.x; also Sentry's and NodeSDK's providers of that time. */
interface WithAdd {
  addSpanProcessor(processor: SpanProcessor): void;
}

/** OpenTelemetry 2.x and 3.x have no way to add a processor later: this is where its constructor keeps them. */
interface WithProcessors {
  readonly _activeSpanProcessor: { readonly _spanProcessors: SpanProcessor[] };
}

/** The API gives out a proxy, so that tracers can be had before there is a provider. */
interface Proxy {
  getDelegate(): TracerProvider;
}

const isProxy = (provider: object): provider is Proxy => typeof (provider as Partial<Proxy>).getDelegate === 'function';

const hasAdd = (provider: object): provider is WithAdd =>
  typeof (provider as Partial<WithAdd>).addSpanProcessor === 'function';

const hasProcessors = (provider: object): provider is WithProcessors =>
  Array.isArray((provider as Partial<WithProcessors>)._activeSpanProcessor?._spanProcessors);

/** The provider that another set-up has made global, behind the API's proxy. */
export const globalProvider = (): TracerProvider | undefined => {
  const global = trace.getTracerProvider();
  const provider = isProxy(global) ? global.getDelegate() : global;
  return provider.constructor.name === 'NoopTracerProvider' ? undefined : provider;
};

/**
 * Adds a processor to a provider that is there already (Sentry, NodeSDK, another vendor), so that its spans come here
 * too and ours go there. Undefined where it takes none; its sampler, resource and limits stay as they are.
 */
export const joinProvider = (provider: TracerProvider, processor: SpanProcessor): ActiveProvider | undefined => {
  if (hasAdd(provider)) provider.addSpanProcessor(processor);
  else if (hasProcessors(provider)) provider._activeSpanProcessor._spanProcessors.push(processor);
  else return undefined;
  return {
    provider,
    isJoined: true,
    leave: () => {
      if (!hasProcessors(provider)) return;
      const processors = provider._activeSpanProcessor._spanProcessors;
      const place = processors.indexOf(processor);
      if (place >= 0) processors.splice(place, 1);
    },
  };
};
