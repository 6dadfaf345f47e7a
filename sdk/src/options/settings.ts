import {
  attributeNames,
  boolean,
  broken,
  bytes,
  callback,
  integer,
  type Kind,
  limit,
  listOf,
  number,
  ok,
  oneOf,
  rate,
  text,
} from './kinds.js';
import { attributes, headers, url, urls } from './kinds-of-maps.js';
import { exporterList } from './kind-of-exporters.js';
import { isPlainObject } from './plain-object.js';
import { COMPRESSIONS, LOG_LEVELS, PRESETS, PROPAGATORS } from './noveum-options.js';

export interface Setting {
  readonly kind: Kind;
  /** null: none. */
  readonly default: unknown;
  readonly help: string;
  /** Its value is shown nowhere. */
  readonly isSecret?: true;
  /** Applied while the SDK runs; all others need a restart. */
  readonly isHot?: true;
  /** Has a variable in the environment. */
  readonly inEnvironment: boolean;
}

type Traits = Partial<Pick<Setting, 'isSecret' | 'isHot'>>;

const setting = (kind: Kind, byDefault: unknown, help: string, traits: Traits = {}): Setting => ({
  kind,
  default: byDefault,
  help,
  inEnvironment: true,
  ...traits,
});
/** Of code or the file only. */
const structured = (kind: Kind, byDefault: unknown, help: string, traits: Traits = {}): Setting => ({
  ...setting(kind, byDefault, help, traits),
  inEnvironment: false,
});

/** What is in them is the redactor's matter: it alone knows which. */
const anyText: Kind = { ...text, rule: 'a text' };
const anyList: Kind = {
  rule: 'a list',
  check: (value) => (Array.isArray(value) ? ok(value) : broken('must be a list')),
  parse: (given) => given,
};
const anyObject: Kind = {
  rule: 'an object',
  check: (value) => (isPlainObject(value) ? ok(value) : broken('must be an object')),
  parse: (given) => given,
};

const KEY_RULE = 'a text of printable ASCII without spaces';
const keyText: Kind = {
  rule: KEY_RULE,
  check: (value) =>
    typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? ok(value) : broken(`must be ${KEY_RULE}`),
  parse: (given) => given,
};

const MIB = 2 ** 20;
const TIB = 2 ** 40;
const HOUR_MILLIS = 3_600_000;
const hot = { isHot: true } as const;
const secret = { isSecret: true } as const;

/** Every option by its path. The order is that of the documentation. */
export const SETTINGS = {
  project: setting(text, null, 'project that traces belong to; with keys the key’s project counts'),
  apiKey: setting(keyText, null, 'key for `endpoint`; refused over plain http beyond this machine', secret),
  endpoint: setting(url, 'http://127.0.0.1:4318', 'the collector’s address, without `/v1/traces`'),
  environment: setting(text, null, '`deployment.environment.name`, e.g. `production`; else `NODE_ENV`'),
  serviceName: setting(text, 'unknown_service', '`service.name`'),
  serviceVersion: setting(text, null, '`service.version`'),
  resourceAttributes: setting(attributes, {}, 'further attributes of the resource'),
  preset: setting(oneOf(PRESETS), null, 'other defaults, see below'),
  'sampling.ratio': setting(number(0, 1), 1, 'share of traces that are recorded, by trace id', hot),
  'sampling.parentBased': setting(boolean, true, 'what the caller decided stands', hot),
  'sampling.rateLimit': setting(rate, null, 'traces a second at most', hot),
  'sampling.targetPerSecond': setting(rate, null, 'traces a second that the ratio is adjusted to', hot),
  'keep.errors': setting(boolean, true, 'traces with an error are kept'),
  'keep.slowerThanMillis': setting(number(0), null, 'slower traces are kept'),
  'keep.costlierThanUsd': setting(number(0), null, 'costlier traces are kept'),
  'keep.ratio': setting(number(0, 1), 0, 'share of all others that is kept'),
  'keep.maxBytes': setting(bytes(64 * 1024, 4 * 1024 * MIB), 32 * MIB, 'held until roots end'),
  'keep.maxAgeMillis': setting(integer(1, 24 * HOUR_MILLIS), 60_000, 'a trace is held no longer'),
  'batch.maxSpans': setting(integer(1, 10_000), 512, 'spans of one request'),
  'batch.scheduledDelayMillis': setting(integer(1, HOUR_MILLIS), 1_000, 'a span waits no longer to be sent'),
  'batch.maxQueueBytes': setting(bytes(64 * 1024, 4 * 1024 * MIB), 64 * MIB, 'above it spans are dropped and counted'),
  captureContent: setting(boolean, false, 'prompts, responses, arguments and results are recorded', hot),
  maxContentLength: setting(integer(0, 16 * MIB), 65_536, 'UTF-16 code units of one recorded value', hot),
  'redaction.enabled': setting(boolean, false, 'on as soon as another option of redaction is given', hot),
  'redaction.action': setting(anyText, undefined, '`replace`, `hash`, `mask`, `keep-last-4` or `none`', hot),
  'redaction.actions': structured(anyObject, undefined, "by kind, e.g. `{ email: 'hash' }`", hot),
  'redaction.labels': structured(anyObject, undefined, 'what values are replaced by, by kind', hot),
  'redaction.salt': setting(anyText, undefined, 'key of every hash, 16 characters or more', { ...hot, ...secret }),
  'redaction.allow': structured(anyObject, undefined, '`values`, `emailDomains`, `ips` that stay', hot),
  'redaction.patterns': structured(anyList, undefined, 'own patterns, in RE2’s syntax', hot),
  'redaction.attributes': structured(anyObject, undefined, 'rules for single attributes', hot),
  'limits.attributeValueLengthLimit': setting(limit, Infinity, 'UTF-16 code units; applied after redaction'),
  'limits.attributeCountLimit': setting(limit, 512, 'attributes of a span'),
  'limits.eventCountLimit': setting(limit, 128, 'events of a span'),
  'limits.linkCountLimit': setting(limit, 128, 'links of a span'),
  'limits.attributePerEventCountLimit': setting(limit, 128, 'attributes of an event'),
  'limits.attributePerLinkCountLimit': setting(limit, 128, 'attributes of a link'),
  exporters: setting(exporterList, [{ type: 'noveum' }], 'where spans go, see below'),
  headers: setting(headers, {}, 'sent to `endpoint`', secret),
  compression: setting(oneOf(COMPRESSIONS), 'auto', '`auto`: gzip where it makes a body a fifth smaller'),
  timeoutMillis: setting(integer(1, HOUR_MILLIS), 10_000, 'for one attempt to send'),
  'retry.maxAttempts': setting(integer(1, 100), 6, 'the first one counts'),
  'retry.initialDelayMillis': setting(integer(1, HOUR_MILLIS), 500, 'doubled each time, with full jitter'),
  'retry.maxDelayMillis': setting(integer(1, HOUR_MILLIS), 30_000, 'longest delay'),
  'spool.directory': setting(text, null, 'batches that could not be sent wait there; Node.js only'),
  'spool.maxBytes': setting(bytes(64 * 1024, TIB), 256 * MIB, 'above it the oldest are dropped and counted'),
  'prometheus.port': setting(
    integer(0, 65_535),
    9464,
    "the SDK's own metrics at `/metrics`; 0: any free port; Node.js only",
  ),
  'prometheus.host': setting(text, '127.0.0.1', 'address that it listens on'),
  worker: setting(boolean, true, 'spans are processed and sent in a worker thread, where there is one'),
  immediate: setting(boolean, false, 'every span is sent when it ends'),
  waitUntil: structured(callback, null, 'is handed what has to be done before a function may be frozen'),
  flushOnSignal: setting(boolean, false, 'SIGTERM and SIGINT flush before the process ends'),
  strict: setting(boolean, false, 'wrong environment and file throw, instead of turning tracing off'),
  disabled: setting(boolean, false, 'nothing is traced'),
  logLevel: setting(oneOf(LOG_LEVELS), 'info', 'what the SDK says of itself', hot),
  onError: structured(callback, null, 'is told every fault of the SDK: `(error, where) => void`'),
  propagators: setting(listOf(oneOf(PROPAGATORS)), ['tracecontext', 'baggage'], 'headers of trace context'),
  'dataResidency.region': setting(text, null, 'told with every span as `noveum.data_residency.region`'),
  'dataResidency.endpoints': setting(urls, {}, 'the region’s is used as `endpoint`'),
  'encryption.attributes': setting(
    attributeNames,
    null,
    'encrypted by AES-256-GCM; `llm.*` takes all that begin so',
    hot,
  ),
  'encryption.keyId': setting(text, null, 'names the key, told with every value', hot),
  'encryption.key': structured(callback, null, '`(keyId) => Uint8Array` of 32 bytes, or its promise', hot),
} as const satisfies Readonly<Record<string, Setting>>;

export type OptionPath = keyof typeof SETTINGS;

export const OPTION_PATHS = Object.keys(SETTINGS) as readonly OptionPath[];

export const settingOf = (path: OptionPath): Setting => SETTINGS[path];

export const isOptionPath = (path: string): path is OptionPath => Object.hasOwn(SETTINGS, path);

export const SECTIONS: ReadonlySet<string> = new Set(
  OPTION_PATHS.filter((path) => path.includes('.')).map((path) => path.slice(0, path.indexOf('.'))),
);

/** Not there unless one of their options is given; `false` in code or file takes them away. */
export const OPTIONAL_SECTIONS: readonly string[] = ['keep', 'spool', 'prometheus', 'dataResidency', 'encryption'];

/** `batch.maxSpans` → `NOVEUM_BATCH_MAX_SPANS`. */
export const variableOf = (path: OptionPath): string =>
  `NOVEUM_${path
    .replaceAll('.', '_')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()}`;
