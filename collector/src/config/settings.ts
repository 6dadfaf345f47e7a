import { LOG_LEVELS, STORES } from './collector-config.js';
import { type Rule, integer, oneOf, text, textList, bytes, origin } from './rules.js';

/** One thing that can be set: by its flag, its key in the file, its variable in the environment. */
export interface Setting {
  readonly flag: string;
  readonly variable: string | null;
  readonly rule: Rule;
  readonly default: unknown;
  readonly help: string;
  /** May stand more than once on the command line. */
  readonly isList?: boolean;
  readonly isSecret?: boolean;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;
const PREFIX = 'NOVEUM_COLLECTOR_';
const ON_OFF = ['on', 'off'] as const;

const setting = (flag: string, variable: string, rule: Rule, byDefault: unknown, help: string): Setting => ({
  flag: `--${flag}`,
  variable: PREFIX + variable,
  rule,
  default: byDefault,
  help,
});

/** Every setting under its key in the file. The order is that of `--help`. */
export const SETTINGS = {
  host: setting('host', 'HOST', text, '127.0.0.1', 'address to listen on'),
  httpPort: setting(
    'http-port',
    'HTTP_PORT',
    integer(0, 65_535),
    4318,
    'OTLP, native API, reading, health; 0: any free',
  ),
  grpcPort: setting('grpc-port', 'GRPC_PORT', integer(0, 65_535), 4317, 'OTLP over gRPC; 0: any free'),
  metricsPort: setting(
    'metrics-port',
    'METRICS_PORT',
    integer(0, 65_535),
    null,
    '/metrics without a key on a port of its own',
  ),
  dataDir: setting('data-dir', 'DATA_DIR', text, './noveum-data', 'journal, store and keys; made with mode 0700'),
  store: setting(
    'store',
    'STORE',
    oneOf(STORES),
    'embedded',
    `where traces are kept, one of ${STORES.join(', ')}; elasticsearch where its URL is given`,
  ),
  allowOrigins: {
    ...setting('allow-origin', 'ALLOW_ORIGIN', textList(origin), [], 'web pages that may call; may be repeated'),
    isList: true,
  },
  logLevel: setting('log-level', 'LOG_LEVEL', oneOf(LOG_LEVELS), 'info', `one of ${LOG_LEVELS.join(', ')}`),
  retentionDays: setting(
    'retention-days',
    'RETENTION_DAYS',
    integer(0, 36_500),
    0,
    'traces older than this go; 0: never',
  ),
  retentionBytes: setting(
    'retention-bytes',
    'RETENTION_BYTES',
    bytes(0, 1024 * TIB),
    0,
    'oldest traces go above this; 0: no limit',
  ),
  erasurePurgeSeconds: setting(
    'erasure-purge-seconds',
    'ERASURE_PURGE_SECONDS',
    integer(0, 43_200),
    600,
    'from an erasure until its bytes are taken out of the files',
  ),
  erasureMemoryDays: setting(
    'erasure-memory-days',
    'ERASURE_MEMORY_DAYS',
    integer(1, 3_650),
    30,
    'for so long nothing of an erased trace is taken again',
  ),
  tlsCertFile: setting('tls-cert-file', 'TLS_CERT_FILE', text, null, 'PEM certificate chain: HTTPS and gRPC over TLS'),
  tlsKeyFile: setting('tls-key-file', 'TLS_KEY_FILE', text, null, 'PEM key of that certificate'),
  tlsCaFile: setting('tls-ca-file', 'TLS_CA_FILE', text, null, 'PEM authority that clients must be signed by'),
  journalLimitBytes: setting(
    'journal-limit-bytes',
    'JOURNAL_LIMIT_BYTES',
    bytes(1 * MIB, 1024 * TIB),
    4 * GIB,
    'above it senders get 503 until the store has caught up',
  ),
  journalFileBytes: setting(
    'journal-file-bytes',
    'JOURNAL_FILE_BYTES',
    bytes(64 * KIB, 1 * GIB),
    64 * MIB,
    'size of one journal file',
  ),
  text: setting('text', 'TEXT', oneOf(ON_OFF), 'on', 'on: texts are indexed for q=; off: searches scan what is stored'),
  textMaxLagBytes: setting(
    'text-max-lag-bytes',
    'TEXT_MAX_LAG_BYTES',
    bytes(1 * MIB, 1024 * TIB),
    1 * GIB,
    'journal kept for texts not indexed yet; above it the text index is made anew from the store',
  ),
  textTraceBytes: setting(
    'text-trace-bytes',
    'TEXT_TRACE_BYTES',
    bytes(1 * KIB, 64 * MIB),
    2 * MIB,
    'text of one trace that is indexed; the rest is left out, and counted',
  ),
  bodyBytes: setting('body-bytes', 'BODY_BYTES', bytes(1 * KIB, 1 * GIB), 16 * MIB, 'largest request body as sent'),
  unpackedBytes: setting(
    'unpacked-bytes',
    'UNPACKED_BYTES',
    bytes(1 * KIB, 1 * GIB),
    64 * MIB,
    'largest request body unpacked',
  ),
  inFlightBytes: setting(
    'in-flight-bytes',
    'IN_FLIGHT_BYTES',
    bytes(1 * KIB, 64 * GIB),
    128 * MIB,
    'of all requests under way, then 503',
  ),
  grpcMessageBytes: setting(
    'grpc-message-bytes',
    'GRPC_MESSAGE_BYTES',
    bytes(1 * KIB, 1 * GIB),
    16 * MIB,
    'largest gRPC message',
  ),
  requestTimeoutMillis: setting(
    'request-timeout-millis',
    'REQUEST_TIMEOUT_MILLIS',
    integer(100, 3_600_000),
    60_000,
    'until a request is in whole',
  ),
  headerTimeoutMillis: setting(
    'header-timeout-millis',
    'HEADER_TIMEOUT_MILLIS',
    integer(100, 3_600_000),
    10_000,
    "until a request's headers are in",
  ),
  streams: setting('streams', 'STREAMS', integer(0, 1_000), 32, 'clients of /v1/stream at a time, then 503; 0: none'),
  attributesPerSpan: setting(
    'attributes-per-span',
    'ATTRIBUTES_PER_SPAN',
    integer(1, 100_000),
    1_000,
    'spans with more are refused',
  ),
  attributeValueBytes: setting(
    'attribute-value-bytes',
    'ATTRIBUTE_VALUE_BYTES',
    bytes(64, 64 * MIB),
    1 * MIB,
    'longer values are cut, with a mark',
  ),
  nesting: setting('nesting', 'NESTING', integer(1, 256), 64, 'deepest nesting of values'),
  spanNameBytes: setting('span-name-bytes', 'SPAN_NAME_BYTES', bytes(16, 1 * MIB), 4 * KIB, 'longest span name'),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;
