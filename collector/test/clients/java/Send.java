import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longArrayKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.List;

/** Sends the trace that expected-trace.ts describes with an exporter of OpenTelemetry Java: Send http|grpc URL gzip|none */
public final class Send {
  private static final long START = 1767323045123456789L;

  private static SpanExporter exporter(String protocol, String url, String compression) {
    return protocol.equals("grpc")
        ? OtlpGrpcSpanExporter.builder().setEndpoint(url).setCompression(compression).build()
        : OtlpHttpSpanExporter.builder().setEndpoint(url).setCompression(compression).build();
  }

  private static Span startRoot(Tracer tracer) {
    return tracer.spanBuilder("invoke_agent planner")
        .setSpanKind(SpanKind.SERVER)
        .setStartTimestamp(START, NANOSECONDS)
        .setAttribute("user.id", "user-7")
        .setAttribute("session.id", "session-9")
        .startSpan();
  }

  private static Span makeCall(Tracer tracer, Span root) {
    SpanContext linked = SpanContext.createFromRemoteParent(
        "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault());
    Span call = tracer.spanBuilder("chat gpt-4o")
        .setParent(Context.root().with(root))
        .setSpanKind(SpanKind.CLIENT)
        .setStartTimestamp(START + 100_000_000L, NANOSECONDS)
        .addLink(linked, Attributes.of(stringKey("reason"), "retry"))
        .startSpan();
    call.setAttribute("gen_ai.operation.name", "chat");
    call.setAttribute("gen_ai.request.model", "gpt-4o");
    call.setAttribute("gen_ai.usage.input_tokens", 21);
    call.setAttribute("text", "Grüße, 世界 🌍");
    call.setAttribute("empty", "");
    call.setAttribute("flag", true);
    call.setAttribute(doubleKey("ratio"), 0.25);
    call.setAttribute(doubleKey("whole"), 3.0);
    call.setAttribute("beyond", 9007199254740993L);
    call.setAttribute("largest", Long.MAX_VALUE);
    call.setAttribute("smallest", Long.MIN_VALUE);
    call.setAttribute(stringArrayKey("texts"), List.of("a", "ü"));
    call.setAttribute(longArrayKey("counts"), List.of(1L, 9007199254740993L));
    call.addEvent("first token", Attributes.of(longKey("chunk"), 1L), at(400_000_000L));
    call.addEvent("exception", Attributes.of(
        stringKey("exception.type"), "java.lang.IllegalStateException",
        stringKey("exception.message"), "the model was overloaded"), at(1_000_000_000L));
    call.setStatus(StatusCode.ERROR, "the model was overloaded");
    call.end(START + 1_100_000_000L, NANOSECONDS);
    return call;
  }

  private static Instant at(long nanosAfter) {
    return Instant.ofEpochSecond(0, START + nanosAfter);
  }

  public static void main(String[] args) {
    InMemorySpanExporter ended = InMemorySpanExporter.create();
    SdkTracerProvider provider = SdkTracerProvider.builder()
        .setResource(Resource.create(Attributes.of(
            stringKey("service.name"), "orders-java",
            stringKey("deployment.environment.name"), "test",
            longKey("replicas"), 3L)))
        .addSpanProcessor(SimpleSpanProcessor.create(ended))
        .build();
    Tracer tracer = provider.tracerBuilder("noveum.clients")
        .setInstrumentationVersion("1.2.3")
        .setSchemaUrl("https://opentelemetry.io/schemas/1.38.0")
        .build();
    Span root = startRoot(tracer);
    Span call = makeCall(tracer, root);
    root.end(START + 2_500_000_000L, NANOSECONDS);

    try (SpanExporter exporter = exporter(args[0], args[1], args[2])) {
      if (!exporter.export(ended.getFinishedSpanItems()).join(20, SECONDS).isSuccess()) {
        throw new IllegalStateException("the exporter could not deliver");
      }
    }
    System.out.printf("{\"traceId\":\"%s\",\"rootId\":\"%s\",\"callId\":\"%s\"}%n",
        root.getSpanContext().getTraceId(), root.getSpanContext().getSpanId(), call.getSpanContext().getSpanId());
  }
}
