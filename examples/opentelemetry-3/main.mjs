// Costs in the traces of an application with an OpenTelemetry 3.x set-up of its own.
import { trace } from '@opentelemetry/api';
import { ConsoleSpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { CostSpanProcessor, GenAiSpanProcessor } from 'noveum-trace';

const exporting = new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
const provider = new TracerProvider({
  spanProcessors: [new GenAiSpanProcessor(new CostSpanProcessor(exporting))],
});
trace.setGlobalTracerProvider(provider);

const span = trace.getTracer('example').startSpan('chat gpt-4o');
span.setAttributes({
  'openinference.span.kind': 'LLM',
  'llm.model_name': 'gpt-4o',
  'llm.token_count.prompt': 2_100,
  'llm.token_count.completion': 700,
});
span.end();

await provider.shutdown();
