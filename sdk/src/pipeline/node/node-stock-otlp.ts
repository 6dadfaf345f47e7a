import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

import { isLoopback, type ResolvedOtlpExporter } from '../../options/index.js';
import { GRPC_PACKAGE } from '../../peers/index.js';
import { requirePackage } from '../../peers/node/index.js';

type MakeExporter = new (options: object) => SpanExporter;

interface Grpc {
  readonly Metadata: new () => { set(name: string, value: string): void };
}

const grpcExporter = ({ headers }: ResolvedOtlpExporter, options: object): SpanExporter => {
  const { OTLPTraceExporter } = requirePackage(GRPC_PACKAGE) as { readonly OTLPTraceExporter: MakeExporter };
  // The exporter's own: another copy's metadata would be none to it.
  const { Metadata } = requirePackage('@grpc/grpc-js', GRPC_PACKAGE) as Grpc;
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new OTLPTraceExporter({ ...options, metadata });
};

/** OpenTelemetry's own exporter, loaded when it is first used. Of what `refusedExporters` lets through. */
export const loadStockOtlp = async (exporter: ResolvedOtlpExporter): Promise<SpanExporter> => {
  const { url, protocol, headers, timeoutMillis, compression } = exporter;
  const isGzip = compression === 'gzip' || (compression === 'auto' && !isLoopback(url));
  const options = { url, timeoutMillis, compression: isGzip ? 'gzip' : 'none' };
  if (protocol === 'grpc') return grpcExporter(exporter, options);
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const Made: MakeExporter = OTLPTraceExporter;
  return new Made({ ...options, headers: { ...headers } });
};
