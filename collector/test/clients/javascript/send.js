// Sends the trace that expected-trace.ts describes with an exporter of OpenTelemetry JS: send.js KIND URL COMPRESSION
import { context, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const [kind, url, compression] = process.argv.slice(2);
const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${kind}`);

const at = (nanosAfter) => {
  const nanos = 1767323045123456789n + nanosAfter;
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
};
const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url, compression }));
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({
    'service.name': 'orders-javascript',
    'deployment.environment.name': 'test',
    replicas: 3,
  }),
  spanProcessors: [processor],
});
const tracer = provider.getTracer('noveum.clients', '1.2.3', {
  schemaUrl: 'https://opentelemetry.io/schemas/1.38.0',
});

const root = tracer.startSpan('invoke_agent planner', {
  kind: SpanKind.SERVER,
  startTime: at(0n),
  attributes: { 'user.id': 'user-7', 'session.id': 'session-9' },
});
const call = tracer.startSpan(
  'chat gpt-4o',
  {
    kind: SpanKind.CLIENT,
    startTime: at(100_000_000n),
    links: [
      {
        context: {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          traceFlags: TraceFlags.SAMPLED,
        },
        attributes: { reason: 'retry' },
      },
    ],
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 21,
      text: 'Grüße, 世界 🌍',
      empty: '',
      flag: true,
      ratio: 0.25,
      texts: ['a', 'ü'],
      beyond: 2 ** 60,
    },
  },
  trace.setSpan(context.active(), root),
);
// The API refuses values of these kinds, the exporters send them for those who add them past it.
Object.assign(call.attributes, {
  place: { city: 'Zürich', at: [47.5, 8.5], deep: { n: 2 ** 60 } },
  raw: new Uint8Array([0, 255, 16]),
  nothing: null,
});
call.addEvent('first token', { chunk: 1 }, at(400_000_000n));
call.recordException(new RangeError('the model was overloaded'), at(1_000_000_000n));
call.setStatus({ code: SpanStatusCode.ERROR, message: 'the model was overloaded' });
call.end(at(1_100_000_000n));
root.end(at(2_500_000_000n));

await processor.forceFlush();
await provider.shutdown();
console.log(
  JSON.stringify({
    traceId: root.spanContext().traceId,
    rootId: root.spanContext().spanId,
    callId: call.spanContext().spanId,
  }),
);
