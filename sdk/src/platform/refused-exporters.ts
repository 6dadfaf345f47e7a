import type { ConfigurationProblem } from '../errors/index.js';
import type { ResolvedExporter, ResolvedOtlpExporter } from '../options/index.js';
import { GRPC_PACKAGE } from '../peers/index.js';

/** What a runtime has for exporters. */
export interface ExporterMeans {
  readonly isNode: boolean;
  /** Undefined where OpenTelemetry's own exporters can't be had. */
  readonly hasPackage: ((name: string) => boolean) | undefined;
}

const stockRule = (
  { protocol, implementation }: ResolvedOtlpExporter,
  hasPackage: ExporterMeans['hasPackage'],
): string | undefined => {
  if (implementation === 'own') return undefined;
  if (hasPackage === undefined) return 'must have the implementation own and a protocol of HTTP here';
  if (protocol === 'http/protobuf') return 'must have the protocol http/json or grpc with the implementation stock';
  return protocol === 'grpc' && !hasPackage(GRPC_PACKAGE)
    ? `needs the package ${GRPC_PACKAGE} for the protocol grpc: npm install ${GRPC_PACKAGE}`
    : undefined;
};

const ruleOf = (exporter: ResolvedExporter, { isNode, hasPackage }: ExporterMeans): string | undefined => {
  switch (exporter.type) {
    case 'elasticsearch':
      return isNode ? undefined : 'must be another: Elasticsearch is written to from Node.js only';
    case 'otlp':
      return stockRule(exporter, hasPackage);
    case 'file':
      return isNode ? undefined : 'must be another: there are no files here';
    default:
      return undefined;
  }
};

/** What is named in the options and can't be had here. */
export const refusedExporters = (
  exporters: readonly ResolvedExporter[],
  means: ExporterMeans,
): readonly ConfigurationProblem[] =>
  exporters.flatMap((exporter, at) => {
    const rule = ruleOf(exporter, means);
    return rule === undefined ? [] : [{ option: `exporters[${at}]`, rule, value: JSON.stringify(exporter.type) }];
  });
