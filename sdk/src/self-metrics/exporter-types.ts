import type { ResolvedExporter } from '../options/index.js';

/** `otel.component.type`, by the semantic conventions where they know the exporter. */
export const exporterTypeOf = (exporter: ResolvedExporter): string => {
  if (exporter.type !== 'otlp') return `${exporter.type}_span_exporter`;
  switch (exporter.protocol) {
    case 'http/protobuf':
      return 'otlp_http_span_exporter';
    case 'http/json':
      return 'otlp_http_json_span_exporter';
    case 'grpc':
      return 'otlp_grpc_span_exporter';
  }
};
