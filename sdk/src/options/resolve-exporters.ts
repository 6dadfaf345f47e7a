import type { Environment } from './environment.js';
import type { SourcedProblem } from './layer.js';
import type {
  BuiltInExporterOptions,
  ElasticsearchExporterOptions,
  NoveumExporterOptions,
  OtlpExporterOptions,
} from './noveum-options.js';
import { type OtlpEnvironment, tracesUrlOf } from './otlp-environment.js';
import type { ResolvedExporter, ResolvedOptions } from './resolved-options.js';

export type CheckedExporter = BuiltInExporterOptions | Extract<ResolvedExporter, { readonly type: 'own' | 'stock' }>;

type Common = Pick<ResolvedOptions, 'endpoint' | 'apiKey' | 'headers' | 'compression' | 'timeoutMillis'>;

export interface ExporterWorld {
  readonly common: Common;
  readonly otlp: OtlpEnvironment;
  readonly environment: Environment;
  readonly wrong: (problem: Omit<SourcedProblem, 'source'>) => void;
}

const noveum = (given: NoveumExporterOptions, { common }: ExporterWorld): ResolvedExporter => {
  const endpoint = given.endpoint ?? common.endpoint;
  // Key and headers were given for one address: elsewhere they would be shown to strangers.
  const isElsewhere = endpoint !== common.endpoint;
  return {
    type: 'noveum',
    endpoint,
    apiKey: given.apiKey ?? (isElsewhere ? null : common.apiKey),
    headers: given.headers ?? (isElsewhere ? {} : common.headers),
    compression: given.compression ?? common.compression,
    timeoutMillis: given.timeoutMillis ?? common.timeoutMillis,
  };
};

const otlp = (given: OtlpExporterOptions, { common, otlp: variables }: ExporterWorld): ResolvedExporter => {
  const isStock = given.implementation === 'stock';
  // The package for protobuf over HTTP isn't among ours.
  const spoken = isStock && variables.protocol !== 'grpc' ? 'http/json' : variables.protocol;
  const protocol = given.protocol ?? spoken ?? 'http/protobuf';
  const ofVariables = given.endpoint === undefined ? variables.url : undefined;
  const url = ofVariables ?? tracesUrlOf(given.endpoint ?? common.endpoint, protocol);
  const key = common.apiKey === null ? {} : { authorization: `Bearer ${common.apiKey}` };
  const isElsewhere = new URL(url).origin !== new URL(common.endpoint).origin;
  return {
    type: 'otlp',
    url,
    protocol,
    implementation: isStock || protocol === 'grpc' ? 'stock' : 'own',
    headers: {
      ...(isElsewhere ? {} : { ...key, ...common.headers }),
      ...(given.endpoint === undefined ? variables.headers : {}),
      ...given.headers,
    },
    compression: given.compression ?? variables.compression ?? common.compression,
    timeoutMillis: given.timeoutMillis ?? variables.timeoutMillis ?? common.timeoutMillis,
  };
};

const elasticsearch = (
  given: ElasticsearchExporterOptions,
  { common, environment, wrong }: ExporterWorld,
  option: string,
): ResolvedExporter => {
  const variable = (name: string): string | undefined => {
    const text = environment[`ELASTICSEARCH_${name}`]?.trim() ?? '';
    return text === '' ? undefined : text;
  };
  const url = given.url ?? variable('URL') ?? '';
  if (!URL.canParse(url))
    wrong({ option: `${option}.url`, rule: 'must be a URL (or ELASTICSEARCH_URL be set)', value: 'none' });
  // A key for one cluster is not shown to another.
  const secretOf = (name: string): string | null => (given.url === undefined ? (variable(name) ?? null) : null);
  return {
    type: 'elasticsearch',
    url: url.replace(/\/+$/, ''),
    prefix: given.prefix ?? 'noveum',
    install: given.install ?? false,
    apiKey: given.apiKey ?? secretOf('API_KEY'),
    username: given.username ?? secretOf('USERNAME'),
    password: given.password ?? secretOf('PASSWORD'),
    caFile: given.caFile ?? secretOf('CA_FILE'),
    compression: given.compression ?? common.compression,
    timeoutMillis: given.timeoutMillis ?? common.timeoutMillis,
  };
};

/** Gives every exporter what it needs of the common options and the environment. */
export const resolveExporters = (
  given: readonly CheckedExporter[],
  world: ExporterWorld,
): readonly ResolvedExporter[] =>
  given.map((one, index): ResolvedExporter => {
    switch (one.type) {
      case 'noveum':
        return noveum(one, world);
      case 'otlp':
        return otlp(one, world);
      case 'elasticsearch':
        return elasticsearch(one, world, `exporters[${index}]`);
      case 'file':
        return { type: 'file', path: one.path ?? 'noveum-traces.jsonl', format: one.format ?? 'jsonl' };
      case 'console':
      case 'own':
      case 'stock':
        return one;
    }
  });
