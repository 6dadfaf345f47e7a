import { context, propagation, trace, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type Runtime, setRuntime } from '../../src/runtime/index.js';

export interface Host {
  /** Ended spans, in the order of their ends. */
  spans(): readonly ReadableSpan[];
  /** The only one of this name. */
  spanNamed(name: string): ReadableSpan;
  readonly tracer: Tracer;
  readonly faults: { readonly error: unknown; readonly where: string }[];
  /** What is set of the runtime is replaced. */
  set(runtime: Partial<Runtime>): void;
  stop(): void;
}

export interface HostOptions {
  readonly content?: boolean;
  readonly maxContentLength?: number;
  readonly sampler?: Sampler;
  readonly processors?: SpanProcessor[];
}

/** An application with OpenTelemetry's own provider and context, and the SDK started on it. */
export const startHost = ({
  content = false,
  maxContentLength = 10_000,
  processors = [],
  sampler,
}: HostOptions = {}): Host => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [...processors, new SimpleSpanProcessor(exporter)],
    ...(sampler === undefined ? {} : { sampler }),
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  trace.setGlobalTracerProvider(provider);
  const faults: Host['faults'] = [];
  let runtime: Runtime = {
    tracer: provider.getTracer('noveum-trace'),
    capture: { content, maxContentLength },
    onError: (error, where) => void faults.push({ error, where }),
  };
  setRuntime(runtime);
  return {
    tracer: runtime.tracer,
    spans: () => exporter.getFinishedSpans(),
    spanNamed: (name) => {
      const named = exporter.getFinishedSpans().filter((span) => span.name === name);
      if (named.length !== 1)
        throw new Error(
          `${named.length} spans are named ${name}: ${exporter
            .getFinishedSpans()
            .map((span) => span.name)
            .join(', ')}`,
        );
      return named[0]!;
    },
    faults,
    set: (changes) => {
      runtime = { ...runtime, ...changes };
      setRuntime(runtime);
    },
    stop: () => {
      setRuntime(undefined);
      context.disable();
      propagation.disable();
      trace.disable();
    },
  };
};
