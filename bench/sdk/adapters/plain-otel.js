import { context, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

import { eightAttributes, llmAttributes } from '../workload.js';

/** Spans made by OpenTelemetry's API, whoever takes them. */
export const apiSpans = (tracer) => ({
  span: (step) => tracer.startSpan('step', { attributes: eightAttributes(step) }).end(),
  llm: (step) => {
    const span = tracer.startSpan('chat gpt-4o', { kind: SpanKind.CLIENT });
    span.setAttributes(llmAttributes(step));
    span.end();
  },
});

/** As its documentation shows it. */
const wrapped = (tracer, name, work) => (input) =>
  tracer.startActiveSpan(name, async (span) => {
    try {
      return await work(input);
    } catch (error) {
      span.recordException(error);
      throw error;
    } finally {
      span.end();
    }
  });

/** OpenTelemetry bare: its provider, its batch processor, one of its exporters. */
export const plainOtel =
  (OTLPTraceExporter) =>
  ({ url, mode }) => {
    let flush = async () => {};
    if (mode !== 'none') {
      const provider = new BasicTracerProvider({
        resource: resourceFromAttributes({ 'service.name': 'bench' }),
        sampler: mode === 'off' ? new AlwaysOffSampler() : new AlwaysOnSampler(),
        spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }))],
      });
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      trace.setGlobalTracerProvider(provider);
      flush = () => provider.forceFlush();
    }
    const tracer = trace.getTracer('bench');
    const inner = wrapped(tracer, 'inner', async (input) => input + 1);
    const middle = wrapped(tracer, 'middle', (input) => inner(input));
    return { ...apiSpans(tracer), wrap3: wrapped(tracer, 'outer', (input) => middle(input)), flush };
  };
