import type { OwnPrice } from 'noveum-proto';

import type { ElasticsearchConfig } from './elasticsearch-config.js';
import type { RedactionRule } from './redaction-rule.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const STORES = ['embedded', 'elasticsearch'] as const;
export type StoreName = (typeof STORES)[number];

export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  /** Where given, clients must show a certificate that this authority has signed. */
  readonly caFile: string | null;
  /** PEM texts, read at start. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string | null;
}

export interface LimitConfig {
  readonly bodyBytes: number;
  readonly unpackedBytes: number;
  readonly inFlightBytes: number;
  readonly requestTimeoutMillis: number;
  readonly headerTimeoutMillis: number;
  /** Clients of the stream at a time. */
  readonly streams: number;
  readonly grpcMessageBytes: number;
  readonly attributesPerSpan: number;
  readonly attributeValueBytes: number;
  readonly nesting: number;
  readonly spanNameBytes: number;
}

/** The index of texts, by which `q=` finds. */
export interface TextConfig {
  readonly enabled: boolean;
  /** Journal kept for what is not indexed yet. */
  readonly maxLagBytes: number;
  /** UTF-16 code units. */
  readonly maxTraceUnits: number;
}

/** What of the requests goes to an endpoint; of several values one must fit, an empty list fits all. */
export interface ForwardFilter {
  readonly projects: readonly string[];
  readonly services: readonly string[];
  readonly environments: readonly string[];
  /** Only spans whose status is an error; no logs. */
  readonly errorsOnly: boolean;
}

/** PEM texts; null: as Node.js trusts, and no certificate of ours. */
export interface ForwardTls {
  readonly ca: string | null;
  readonly cert: string | null;
  /** Secret. */
  readonly key: string | null;
}

/** An OTLP endpoint that gets all that is accepted, besides the store. */
export interface ForwardEndpoint {
  /** Names its cursor, its metrics and its part of health. */
  readonly name: string;
  /** Without `/v1/traces`. */
  readonly url: string;
  readonly protocol: 'http/protobuf' | 'grpc';
  /** Secret; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMillis: number;
  readonly compression: 'none' | 'gzip';
  readonly logs: boolean;
  readonly tls: ForwardTls | null;
  readonly filter: ForwardFilter;
  /** What it has not got yet, beyond which the oldest is dropped. */
  readonly maxSpoolBytes: number;
  readonly maxSpoolSeconds: number;
}

/** Complete and frozen: nothing is looked up elsewhere after the start. */
export interface CollectorConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly httpPort: number;
  readonly grpcPort: number;
  /** `/metrics` without a key on a port of its own; null: on the HTTP port, with a key. */
  readonly metricsPort: number | null;
  /** Absolute. */
  readonly dataDir: string;
  readonly store: StoreName;
  /** Given where `store` is `elasticsearch`; beside the embedded store it may be null. */
  readonly elasticsearch: ElasticsearchConfig | null;
  /** Origins of web pages that may call, e.g. `https://app.example.com`; `*`: any. */
  readonly allowOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** Secret: an admin key for every project beside those that were made. */
  readonly adminKey: string | null;
  readonly tls: TlsConfig | null;
  readonly limits: LimitConfig;
  readonly journal: { readonly limitBytes: number; readonly fileBytes: number };
  /** 0 days or bytes: no limit of that kind. */
  readonly retention: { readonly days: number; readonly bytes: number };
  readonly text: TextConfig;
  readonly erasure: { readonly purgeSeconds: number; readonly memoryDays: number };
  /** Own prices and overrides of the price book's; from the file only. */
  readonly prices: readonly OwnPrice[];
  /** From the file only. */
  readonly forward: readonly ForwardEndpoint[];
  /** From the file only. */
  readonly redaction: readonly RedactionRule[];
}
