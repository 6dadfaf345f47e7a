// Sends the trace that expected-trace.ts describes with an exporter of OpenTelemetry Go: send http|grpc ADDRESS gzip|none
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"math"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func newExporter(ctx context.Context, protocol, address string, gzip bool) (*otlptrace.Exporter, error) {
	if protocol == "grpc" {
		options := []otlptracegrpc.Option{otlptracegrpc.WithEndpoint(address), otlptracegrpc.WithInsecure()}
		if gzip {
			options = append(options, otlptracegrpc.WithCompressor("gzip"))
		}
		return otlptracegrpc.New(ctx, options...)
	}
	compression := otlptracehttp.NoCompression
	if gzip {
		compression = otlptracehttp.GzipCompression
	}
	return otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(address), otlptracehttp.WithCompression(compression))
}

func at(after time.Duration) trace.SpanEventOption {
	return trace.WithTimestamp(time.Unix(0, 1767323045123456789).Add(after))
}

func linked() trace.Link {
	traceID, _ := trace.TraceIDFromHex("0af7651916cd43dd8448eb211c80319c")
	spanID, _ := trace.SpanIDFromHex("b7ad6b7169203331")
	return trace.Link{
		SpanContext: trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: traceID, SpanID: spanID, TraceFlags: trace.FlagsSampled, Remote: true,
		}),
		Attributes: []attribute.KeyValue{attribute.String("reason", "retry")},
	}
}

func makeSpans(tracer trace.Tracer) (root, call trace.Span) {
	ctx, root := tracer.Start(context.Background(), "invoke_agent planner",
		trace.WithSpanKind(trace.SpanKindServer), at(0),
		trace.WithAttributes(attribute.String("user.id", "user-7"), attribute.String("session.id", "session-9")))
	_, call = tracer.Start(ctx, "chat gpt-4o",
		trace.WithSpanKind(trace.SpanKindClient), at(100*time.Millisecond), trace.WithLinks(linked()))
	call.SetAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.request.model", "gpt-4o"),
		attribute.Int("gen_ai.usage.input_tokens", 21),
		attribute.String("text", "Grüße, 世界 🌍"),
		attribute.String("empty", ""),
		attribute.Bool("flag", true),
		attribute.Float64("ratio", 0.25),
		attribute.Float64("whole", 3),
		attribute.Int64("beyond", 9007199254740993),
		attribute.Int64("largest", math.MaxInt64),
		attribute.Int64("smallest", math.MinInt64),
		attribute.StringSlice("texts", []string{"a", "ü"}),
		attribute.Int64Slice("counts", []int64{1, 9007199254740993}),
		attribute.Map("place",
			attribute.String("city", "Zürich"),
			attribute.Float64Slice("at", []float64{47.5, 8.5}),
			attribute.Map("deep", attribute.Int64("n", 9007199254740993))),
		attribute.ByteSlice("raw", []byte{0, 255, 16}),
		attribute.KeyValue{Key: "nothing"},
	)
	call.AddEvent("first token", at(400*time.Millisecond), trace.WithAttributes(attribute.Int("chunk", 1)))
	call.RecordError(errors.New("the model was overloaded"), at(time.Second))
	call.SetStatus(codes.Error, "the model was overloaded")
	call.End(at(1100 * time.Millisecond).(trace.SpanEndOption))
	root.End(at(2500 * time.Millisecond).(trace.SpanEndOption))
	return root, call
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	exporter, err := newExporter(ctx, os.Args[1], os.Args[2], os.Args[3] == "gzip")
	if err != nil {
		log.Fatal(err)
	}
	ended := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithSyncer(ended),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "orders-go"),
			attribute.String("deployment.environment.name", "test"),
			attribute.Int("replicas", 3))))
	root, call := makeSpans(provider.Tracer("noveum.clients",
		trace.WithInstrumentationVersion("1.2.3"),
		trace.WithSchemaURL("https://opentelemetry.io/schemas/1.38.0"),
		trace.WithInstrumentationAttributes(attribute.String("team", "search"))))

	if err := exporter.ExportSpans(ctx, ended.GetSpans().Snapshots()); err != nil {
		log.Fatal(err)
	}
	if err := exporter.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]string{
		"traceId": root.SpanContext().TraceID().String(),
		"rootId":  root.SpanContext().SpanID().String(),
		"callId":  call.SpanContext().SpanID().String(),
	})
}
