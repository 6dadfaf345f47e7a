// One agent run with one LLM call inside, sent by OTLP. Prints its trace id.
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'weather-agent-javascript' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())], // OTEL_EXPORTER_OTLP_ENDPOINT says where to
});
const tracer = provider.getTracer('example');

const agent = tracer.startSpan('invoke_agent weather');
const call = tracer.startSpan('chat gpt-4o', {}, trace.setSpan(context.active(), agent));
call.setAttributes({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 21,
  'gen_ai.usage.output_tokens': 7,
});
call.end();
agent.end();

await provider.shutdown();
console.log(agent.spanContext().traceId);
