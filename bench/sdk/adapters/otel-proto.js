import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';

import { plainOtel } from './plain-otel.js';

export const create = plainOtel(OTLPTraceExporter);
