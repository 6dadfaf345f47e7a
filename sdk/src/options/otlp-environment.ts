import type { Environment } from './environment.js';
import { integer, type Kind, oneOf } from './kinds.js';
import { headers, url } from './kinds-of-maps.js';
import { type Headers, OTLP_PROTOCOLS, type OtlpProtocol } from './noveum-options.js';

/** What `OTEL_EXPORTER_OTLP_[TRACES_]*` say of OpenTelemetry's exporter; undefined: nothing. */
export interface OtlpEnvironment {
  readonly url: string | undefined;
  readonly headers: Headers | undefined;
  readonly timeoutMillis: number | undefined;
  readonly compression: 'gzip' | 'none' | undefined;
  readonly protocol: OtlpProtocol | undefined;
  readonly warnings: readonly string[];
}

/** Of a base address, as the specification has it: one that is for traces stays as it is. */
export const tracesUrlOf = (base: string, protocol: OtlpProtocol): string =>
  protocol === 'grpc' || base.endsWith('/v1/traces') ? base : `${base}/v1/traces`;

export const readOtlpEnvironment = (environment: Environment): OtlpEnvironment => {
  const warnings: string[] = [];
  const read = (name: string, kind: Kind): unknown => {
    for (const variable of [`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`]) {
      const text = environment[variable]?.trim() ?? '';
      if (text === '') continue;
      const checked = kind.check(kind.parse(text));
      if (checked.status === 'ok') return checked.value;
      warnings.push(`${variable} is ignored: it ${checked.rule}`);
    }
    return undefined;
  };

  const protocol = read('PROTOCOL', oneOf(OTLP_PROTOCOLS)) as OtlpProtocol | undefined;
  const forTraces = (environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']?.trim() ?? '') !== '';
  const endpoint = read('ENDPOINT', url) as string | undefined;
  return {
    // The variable for traces names the whole address.
    url: endpoint === undefined || forTraces ? endpoint : tracesUrlOf(endpoint, protocol ?? 'http/protobuf'),
    headers: read('HEADERS', headers) as Headers | undefined,
    timeoutMillis: read('TIMEOUT', integer(1, 3_600_000)) as number | undefined,
    compression: read('COMPRESSION', oneOf(['gzip', 'none'])) as 'gzip' | 'none' | undefined,
    protocol,
    warnings,
  };
};
