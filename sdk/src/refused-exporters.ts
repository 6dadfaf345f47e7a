import type { ConfigurationProblem } from './errors/index.js';
import type { ResolvedExporter } from './options/index.js';

/** What is named in the options and can't be had here. */
export const refusedExporters = (
  exporters: readonly ResolvedExporter[],
  isNode: boolean,
): readonly ConfigurationProblem[] =>
  exporters.flatMap((exporter, at) => {
    const option = `exporters[${at}]`;
    const refused = (rule: string): ConfigurationProblem => ({ option, rule, value: JSON.stringify(exporter.type) });
    if (exporter.type === 'elasticsearch' && !isNode)
      return [refused('must be another: Elasticsearch is written to from Node.js only')];
    if (exporter.type === 'otlp' && exporter.protocol === 'grpc')
      return [refused('must be an OTLPTraceExporter of @opentelemetry/exporter-trace-otlp-grpc for the protocol grpc')];
    if (exporter.type === 'file' && !isNode) return [refused('must be another: there are no files here')];
    return [];
  });
