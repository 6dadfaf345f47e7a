import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

import type { NoveumError } from '../errors/index.js';

export const PRESETS = ['production', 'development', 'serverless'] as const;
export type Preset = (typeof PRESETS)[number];

export const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const COMPRESSIONS = ['auto', 'gzip', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export const OTLP_PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type OtlpProtocol = (typeof OTLP_PROTOCOLS)[number];

export const OTLP_IMPLEMENTATIONS = ['own', 'stock'] as const;
export type OtlpImplementation = (typeof OTLP_IMPLEMENTATIONS)[number];

export const EXPORTER_NAMES = ['noveum', 'otlp', 'console', 'file', 'elasticsearch'] as const;
export type ExporterName = (typeof EXPORTER_NAMES)[number];

export const PROPAGATORS = ['tracecontext', 'baggage', 'none'] as const;
export type PropagatorName = (typeof PROPAGATORS)[number];

export type AttributeScalar = string | number | boolean;
export type AttributeMap = Readonly<Record<string, AttributeScalar | readonly AttributeScalar[]>>;
export type Headers = Readonly<Record<string, string>>;

export interface SamplingOptions {
  /** Share of traces that are recorded, by their id: the same traces in every service. */
  readonly ratio?: number;
  /** What the caller has decided stands; only traces that begin here are sampled. */
  readonly parentBased?: boolean;
  /** Traces a second at most, of those that begin here (without `parentBased`: spans). */
  readonly rateLimit?: number;
  /** Traces a second that the ratio is adjusted to (without `parentBased`: spans). Not beside `rateLimit`. */
  readonly targetPerSecond?: number;
}

/** Which traces are sent, decided at the end of their root in this process. */
export interface KeepOptions {
  readonly errors?: boolean;
  readonly slowerThanMillis?: number;
  readonly costlierThanUsd?: number;
  /** Of all others. */
  readonly ratio?: number;
  /** Held until the end of the root; above it the oldest traces are decided by `ratio` alone. */
  readonly maxBytes?: number;
  readonly maxAgeMillis?: number;
}

export interface BatchOptions {
  readonly maxSpans?: number;
  readonly scheduledDelayMillis?: number;
  /** Of ended spans that are not sent yet; above it spans are dropped, and counted. */
  readonly maxQueueBytes?: number;
}

/** `hash`: by a keyed hash, so that equal values stay equal; `none`: isn't looked for. */
export type RedactionAction = 'replace' | 'hash' | 'mask' | 'keep-last-4' | 'none';

/** What personal and secret values become, before anything leaves the process. */
export interface RedactionOptions {
  /** On as soon as another of these is given. */
  readonly enabled?: boolean;
  /** For every kind that `actions` doesn't name. Default: `replace`. */
  readonly action?: RedactionAction;
  /** By kind: `email`, `phone`, `card`, `ssn`, `iban`, `ip`, `api_key`, `password`, `private_key`, `jwt`, `url_credentials`. */
  readonly actions?: Readonly<Record<string, RedactionAction>>;
  /** By kind. Default: its name in capitals and brackets. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Secret, 16 characters or more: the key of every hash. */
  readonly salt?: string;
  /** What stays, though it looks like one of the kinds. */
  readonly allow?: {
    readonly values?: readonly string[];
    readonly emailDomains?: readonly string[];
    readonly ips?: readonly string[];
  };
  /** In RE2's syntax; they need the optional package `re2js`. */
  readonly patterns?: readonly {
    readonly name: string;
    readonly pattern: string;
    readonly flags?: string;
    readonly action?: RedactionAction;
  }[];
  /** By an attribute's name, or the beginning of names with a `*`. */
  readonly attributes?: Readonly<
    Record<string, 'drop' | 'redact' | 'keep' | RedactionAction | Readonly<Record<string, RedactionAction>>>
  >;
}

/** OpenTelemetry's. */
export interface LimitOptions {
  /** UTF-16 code units. Applied after redaction. */
  readonly attributeValueLengthLimit?: number;
  readonly attributeCountLimit?: number;
  readonly eventCountLimit?: number;
  readonly linkCountLimit?: number;
  readonly attributePerEventCountLimit?: number;
  readonly attributePerLinkCountLimit?: number;
}

export interface RetryOptions {
  /** The first one counts; 1: no retry. */
  readonly maxAttempts?: number;
  readonly initialDelayMillis?: number;
  readonly maxDelayMillis?: number;
}

/** Batches that could not be sent wait on disk. Node.js only. */
/** The SDK's own metrics for Prometheus; there is no endpoint where nothing of this is given. */
export interface PrometheusOptions {
  /** Default: 9464, as OpenTelemetry has it. 0: any free one. */
  readonly port?: number;
  /** Default: `127.0.0.1`. */
  readonly host?: string;
}

export interface SpoolOptions {
  readonly directory?: string;
  readonly maxBytes?: number;
}

export interface DataResidencyOptions {
  /** Told with every span as `noveum.data_residency.region`. */
  readonly region?: string;
  /** Where the region's data goes. */
  readonly endpoints?: Readonly<Record<string, string>>;
}

export interface EncryptionOptions {
  /** Names, or beginnings with a `*`: `llm.prompt`, `gen_ai.input.*`. */
  readonly attributes?: readonly string[];
  /** Travels with the value, so that whoever decrypts knows which key. */
  readonly keyId?: string;
  /** 32 bytes. */
  readonly key?: (keyId: string) => Uint8Array | Promise<Uint8Array>;
}

/** What an exporter of the application has: see `Exporter`. */
export interface OwnExporter {
  readonly name: string;
  export(batch: never, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

export interface NoveumExporterOptions {
  readonly type: 'noveum';
  readonly endpoint?: string;
  readonly apiKey?: string;
  readonly headers?: Headers;
  readonly compression?: Compression;
  readonly timeoutMillis?: number;
}

export interface OtlpExporterOptions {
  readonly type: 'otlp';
  /** `/v1/traces` is added unless it ends so; with gRPC it stays as it is. */
  readonly endpoint?: string;
  readonly protocol?: OtlpProtocol;
  /**
   * `stock`: OpenTelemetry's `exporter-trace-otlp-http` (`http/json`), or for `grpc`, which has no other,
   * `exporter-trace-otlp-grpc`, an optional peer. Default: `own`.
   */
  readonly implementation?: OtlpImplementation;
  readonly headers?: Headers;
  readonly compression?: Compression;
  readonly timeoutMillis?: number;
}

export interface ConsoleExporterOptions {
  readonly type: 'console';
}

export interface FileExporterOptions {
  readonly type: 'file';
  readonly path?: string;
  /** `jsonl`: a trace document's span a line; `otlp`: an OTLP/JSON request a line. */
  readonly format?: 'jsonl' | 'otlp';
}

export interface ElasticsearchExporterOptions {
  readonly type: 'elasticsearch';
  /** Else `ELASTICSEARCH_URL`, as all others of these from `ELASTICSEARCH_*`. */
  readonly url?: string;
  /** Of the collector's indices. Default: `noveum`, for `noveum-traces`. */
  readonly prefix?: string;
  /** Whether index, templates and policy may be made where nothing of them is there. Default: false. */
  readonly install?: boolean;
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM of the authority that signed the node's certificate. Default: as Node.js trusts. */
  readonly caFile?: string;
  readonly compression?: Compression;
  readonly timeoutMillis?: number;
}

export type BuiltInExporterOptions =
  | NoveumExporterOptions
  | OtlpExporterOptions
  | ConsoleExporterOptions
  | FileExporterOptions
  | ElasticsearchExporterOptions;

export type ExporterOption = ExporterName | BuiltInExporterOptions | OwnExporter | SpanExporter;

/** What an application writes; everything has a default. Code beats file beats environment beats preset. */
export interface NoveumOptions {
  readonly project?: string;
  readonly apiKey?: string;
  /** Without `/v1/traces`. */
  readonly endpoint?: string;
  readonly environment?: string;
  readonly serviceName?: string;
  readonly serviceVersion?: string;
  readonly resourceAttributes?: AttributeMap;
  readonly preset?: Preset;
  readonly sampling?: SamplingOptions;
  readonly keep?: KeepOptions | false;
  readonly batch?: BatchOptions;
  /** Prompts, responses, arguments and results. */
  readonly captureContent?: boolean;
  /** UTF-16 code units of one captured value. */
  readonly maxContentLength?: number;
  readonly redaction?: RedactionOptions | boolean;
  readonly limits?: LimitOptions;
  readonly exporters?: readonly ExporterOption[];
  /** Sent to `endpoint`. */
  readonly headers?: Headers;
  readonly compression?: Compression;
  readonly timeoutMillis?: number;
  readonly retry?: RetryOptions;
  readonly spool?: SpoolOptions | false;
  /** `GET /metrics` for a scraper. */
  readonly prometheus?: PrometheusOptions | false;
  readonly worker?: boolean;
  /** Every span is sent when it ends: where the process may stop between two requests. */
  readonly immediate?: boolean;
  /**
   * Of the platform, e.g. `waitUntil` of `@vercel/functions` or `cloudflare:workers`: is handed the sending of every
   * trace when its root ends (with `immediate`: of every span), so that the function isn't frozen before.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  readonly flushOnSignal?: boolean;
  /** Wrong environment and file throw too. */
  readonly strict?: boolean;
  readonly disabled?: boolean;
  readonly logLevel?: LogLevel;
  readonly onError?: (error: NoveumError, where: string) => void;
  readonly propagators?: readonly PropagatorName[];
  readonly dataResidency?: DataResidencyOptions | false;
  readonly encryption?: EncryptionOptions | false;
}
