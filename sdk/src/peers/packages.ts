/** OpenTelemetry's own exporter over gRPC. */
export const GRPC_PACKAGE = '@opentelemetry/exporter-trace-otlp-grpc';

/** Regular expressions whose time is bounded. */
export const RE2JS_PACKAGE = 're2js';
