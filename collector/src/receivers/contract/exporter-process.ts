import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import type { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';

/** In a process of its own: the exporters over HTTP load their transport in a way that jest's modules can't. */
const SENDER = `
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
const [packageName, options] = process.argv.slice(1);
const { OTLPTraceExporter } = await import(packageName);
const provider = new BasicTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter(JSON.parse(options)))],
});
const span = provider.getTracer('test').startSpan('chat');
span.setAttribute('gen_ai.request.model', 'gpt-4');
span.end();
await provider.forceFlush();
await provider.shutdown();
`;

/** What the packages' `OTLPTraceExporter` are. */
interface Exporters {
  readonly '@opentelemetry/exporter-trace-otlp-grpc': GrpcExporter;
  readonly '@opentelemetry/exporter-trace-otlp-http': JsonExporter;
  readonly '@opentelemetry/exporter-trace-otlp-proto': ProtobufExporter;
}

export interface ExporterOptions {
  readonly url: string;
  readonly compression?: 'none' | 'gzip';
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one span by one of OpenTelemetry's exporters, whose package is named. */
export const exportOneSpan = async (packageName: keyof Exporters, options: ExporterOptions): Promise<void> => {
  await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', SENDER, packageName, JSON.stringify(options)],
    { cwd: fileURLToPath(new URL('.', import.meta.url)), timeout: 20_000 },
  );
};
