// Sends a batch by a stock exporter and prints the outcome: <http/json | http/protobuf | grpc> <url> <base64> <spans>
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';

import { stock, systemClock } from '../../dist/exporters/index.js';

const [protocol, url, request, spanCount] = process.argv.slice(2);
const MADE = { 'http/json': JsonExporter, 'http/protobuf': ProtobufExporter, grpc: GrpcExporter };
const exporter = stock(new MADE[protocol]({ url }), { clock: systemClock, onError: (error) => console.error(error) });
const batch = { request: new Uint8Array(Buffer.from(request, 'base64')), spanCount: Number(spanCount) };
const outcome = await exporter.export(batch, new AbortController().signal);
await exporter.close();
console.log(JSON.stringify(outcome));
