"""Sends the trace that expected-trace.ts describes with an exporter of OpenTelemetry Python: send.py http|grpc URL gzip|none"""

import json
import sys

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

START = 1767323045123456789


def create_exporter(protocol: str, url: str, compression: str) -> SpanExporter:
    if protocol == "http":
        from opentelemetry.exporter.otlp.proto.http import Compression
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        return OTLPSpanExporter(endpoint=url, compression=Compression(compression))
    from grpc import Compression
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    chosen = Compression.Gzip if compression == "gzip" else Compression.NoCompression
    return OTLPSpanExporter(endpoint=url, insecure=True, compression=chosen)


exporter = create_exporter(*sys.argv[1:4])
ended = InMemorySpanExporter()
provider = TracerProvider(
    resource=Resource.create(
        {"service.name": "orders-python", "deployment.environment.name": "test", "replicas": 3}
    )
)
provider.add_span_processor(SimpleSpanProcessor(ended))
tracer = provider.get_tracer(
    "noveum.clients", "1.2.3", "https://opentelemetry.io/schemas/1.38.0", attributes={"team": "search"}
)

root = tracer.start_span(
    "invoke_agent planner",
    kind=SpanKind.SERVER,
    start_time=START,
    attributes={"user.id": "user-7", "session.id": "session-9"},
)
linked = SpanContext(0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331, True, TraceFlags(TraceFlags.SAMPLED))
call = tracer.start_span(
    "chat gpt-4o",
    context=trace.set_span_in_context(root),
    kind=SpanKind.CLIENT,
    start_time=START + 100_000_000,
    links=[Link(linked, {"reason": "retry"})],
    attributes={
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 21,
        "text": "Grüße, 世界 🌍",
        "empty": "",
        "flag": True,
        "ratio": 0.25,
        "whole": 3.0,
        "beyond": 9007199254740993,
        "largest": 9223372036854775807,
        "smallest": -9223372036854775808,
        "texts": ["a", "ü"],
        "counts": [1, 9007199254740993],
        "place": {"city": "Zürich", "at": [47.5, 8.5], "deep": {"n": 9007199254740993}},
        "raw": b"\x00\xff\x10",
        "nothing": None,
    },
)
call.add_event("first token", {"chunk": 1}, START + 400_000_000)
call.record_exception(ValueError("the model was overloaded"), timestamp=START + 1_000_000_000)
call.set_status(Status(StatusCode.ERROR, "the model was overloaded"))
call.end(START + 1_100_000_000)
root.end(START + 2_500_000_000)

if exporter.export(ended.get_finished_spans()) is not SpanExportResult.SUCCESS:
    sys.exit("the exporter could not deliver")
exporter.shutdown()
print(
    json.dumps(
        {
            "traceId": format(root.get_span_context().trace_id, "032x"),
            "rootId": format(root.get_span_context().span_id, "016x"),
            "callId": format(call.get_span_context().span_id, "016x"),
        }
    )
)
