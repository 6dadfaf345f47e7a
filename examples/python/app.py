"""One agent run with one LLM call inside, sent by OTLP. Prints its trace id."""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider(resource=Resource.create({"service.name": "weather-agent-python"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # OTEL_EXPORTER_OTLP_ENDPOINT says where to
tracer = provider.get_tracer("example")

with tracer.start_as_current_span("invoke_agent weather") as agent:
    with tracer.start_as_current_span("chat gpt-4o") as call:
        call.set_attributes(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.usage.input_tokens": 21,
                "gen_ai.usage.output_tokens": 7,
            }
        )

provider.shutdown()
print(format(agent.get_span_context().trace_id, "032x"))
