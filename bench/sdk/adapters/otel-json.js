import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

import { plainOtel } from './plain-otel.js';

export const create = plainOtel(OTLPTraceExporter);
