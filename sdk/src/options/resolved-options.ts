import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

import type {
  AttributeMap,
  Compression,
  Headers,
  LogLevel,
  NoveumOptions,
  OtlpImplementation,
  OtlpProtocol,
  OwnExporter,
  Preset,
  PropagatorName,
  RedactionOptions,
} from './noveum-options.js';

export interface ResolvedSampling {
  readonly ratio: number;
  readonly parentBased: boolean;
  readonly rateLimit: number | null;
  readonly targetPerSecond: number | null;
}

export interface ResolvedKeep {
  readonly errors: boolean;
  readonly slowerThanMillis: number | null;
  readonly costlierThanUsd: number | null;
  readonly ratio: number;
  readonly maxBytes: number;
  readonly maxAgeMillis: number;
}

/** But for `enabled` as the redactor takes them; what isn't given isn't there. */
export type ResolvedRedaction = RedactionOptions & { readonly enabled: boolean };

export interface ResolvedLimits {
  readonly attributeValueLengthLimit: number;
  readonly attributeCountLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}

export interface ResolvedEncryption {
  readonly attributes: readonly string[];
  readonly keyId: string;
  readonly key: (keyId: string) => Uint8Array | Promise<Uint8Array>;
}

export interface ResolvedNoveumExporter {
  readonly type: 'noveum';
  readonly endpoint: string;
  readonly apiKey: string | null;
  readonly headers: Headers;
  readonly compression: Compression;
  readonly timeoutMillis: number;
}

export interface ResolvedOtlpExporter {
  readonly type: 'otlp';
  /** Whole; with gRPC scheme, host and port. */
  readonly url: string;
  readonly protocol: OtlpProtocol;
  /** `stock`: OpenTelemetry's own exporter; with gRPC always. */
  readonly implementation: OtlpImplementation;
  /** With the API key where it is sent to `endpoint`. */
  readonly headers: Headers;
  readonly compression: Compression;
  readonly timeoutMillis: number;
}

export interface ResolvedFileExporter {
  readonly type: 'file';
  readonly path: string;
  readonly format: 'jsonl' | 'otlp';
}

export interface ResolvedElasticsearchExporter {
  readonly type: 'elasticsearch';
  readonly url: string;
  readonly prefix: string;
  readonly install: boolean;
  readonly apiKey: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly caFile: string | null;
  readonly compression: Compression;
  readonly timeoutMillis: number;
}

export type ResolvedExporter =
  | ResolvedNoveumExporter
  | ResolvedOtlpExporter
  | { readonly type: 'console' }
  | ResolvedFileExporter
  | ResolvedElasticsearchExporter
  | { readonly type: 'own'; readonly exporter: OwnExporter }
  | { readonly type: 'stock'; readonly exporter: SpanExporter };

/** Complete and frozen all the way down; exporters, keys and callbacks of the application are shared, not copied. */
export interface ResolvedOptions {
  /** null: the key's project, else the collector's default. */
  readonly project: string | null;
  readonly apiKey: string | null;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly environment: string | null;
  readonly serviceName: string;
  readonly serviceVersion: string | null;
  /** Of code, file and OTEL_RESOURCE_ATTRIBUTES; without those that have an option of their own. */
  readonly resourceAttributes: AttributeMap;
  readonly preset: Preset | null;
  readonly sampling: ResolvedSampling;
  readonly keep: ResolvedKeep | null;
  readonly batch: {
    readonly maxSpans: number;
    readonly scheduledDelayMillis: number;
    readonly maxQueueBytes: number;
  };
  readonly captureContent: boolean;
  readonly maxContentLength: number;
  readonly redaction: ResolvedRedaction;
  readonly limits: ResolvedLimits;
  readonly exporters: readonly ResolvedExporter[];
  readonly headers: Headers;
  readonly compression: Compression;
  readonly timeoutMillis: number;
  readonly retry: {
    readonly maxAttempts: number;
    readonly initialDelayMillis: number;
    readonly maxDelayMillis: number;
  };
  readonly spool: { readonly directory: string; readonly maxBytes: number } | null;
  readonly prometheus: { readonly port: number; readonly host: string } | null;
  readonly worker: boolean;
  readonly immediate: boolean;
  readonly waitUntil: NonNullable<NoveumOptions['waitUntil']> | null;
  readonly flushOnSignal: boolean;
  readonly strict: boolean;
  readonly disabled: boolean;
  readonly logLevel: LogLevel;
  readonly onError: NonNullable<NoveumOptions['onError']> | null;
  readonly propagators: readonly PropagatorName[];
  readonly dataResidency: { readonly region: string; readonly endpoints: Readonly<Record<string, string>> } | null;
  readonly encryption: ResolvedEncryption | null;
}
