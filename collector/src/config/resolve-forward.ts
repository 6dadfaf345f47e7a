import type { ForwardEndpoint } from './collector-config.js';
import type { ReadFile } from './config-file.js';
import { resolveForwardHeaders } from './forward-headers.js';
import { resolveForwardTls } from './forward-tls.js';
import { type Field, isObject, readFields } from './read-fields.js';
import { bytes, integer, oneOf, type Rule } from './rules.js';

export interface ResolvedForward {
  readonly value: readonly ForwardEndpoint[];
  readonly errors: readonly string[];
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const MAX_ENDPOINTS = 16;
const DAYS_30_SECONDS = 30 * 24 * 3600;
const SIGNAL_PATH = /\/v1\/(traces|logs|metrics)\/?$/;

const ok = (value: unknown) => ({ status: 'ok', value }) as const;
const broken = (rule: string) => ({ status: 'broken', rule }) as const;

const boolean: Rule = (value) => (typeof value === 'boolean' ? ok(value) : broken('true or false'));

const name: Rule = (value) =>
  typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(value)
    ? ok(value)
    : broken('lower-case letters, digits and hyphens, at most 63');

const url: Rule = (value) => {
  const parsed = typeof value === 'string' ? URL.parse(value) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol))
    return broken('an http or https URL (for gRPC too)');
  if (parsed.username !== '' || parsed.password !== '') return broken('a URL without a user: credentials are headers');
  if (parsed.search !== '' || parsed.hash !== '') return broken('a URL without a query');
  if (SIGNAL_PATH.test(parsed.pathname)) return broken('the address before /v1/traces, which is added');
  return ok(value);
};

/** One text or a list; nothing: any. */
const texts: Rule = (value) => {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.length > 0 && items.every((item) => typeof item === 'string' && item !== '')
    ? ok(Object.freeze([...items]))
    : broken('a text or a list of texts');
};

const FIELDS = {
  name: { rule: name },
  url: { rule: url },
  protocol: { rule: oneOf(['http/protobuf', 'grpc']), default: 'http/protobuf' },
  timeoutMillis: { rule: integer(100, 600_000), default: 10_000 },
  compression: { rule: oneOf(['none', 'gzip']), default: 'none' },
  logs: { rule: boolean, default: false },
  maxSpoolBytes: { rule: bytes(MIB, 1024 * 1024 * GIB), default: GIB },
  maxSpoolSeconds: { rule: integer(1, DAYS_30_SECONDS), default: 6 * 3600 },
} as const satisfies Readonly<Record<string, Field>>;

/** Read by themselves. */
const OTHERS = ['headers', 'headersFile', 'caFile', 'certFile', 'keyFile', 'filter'];

const FILTER_FIELDS = {
  project: { rule: texts, default: [] },
  service: { rule: texts, default: [] },
  environment: { rule: texts, default: [] },
  errorsOnly: { rule: boolean, default: false },
} as const satisfies Readonly<Record<string, Field>>;

const resolveEndpoint = (entry: unknown, path: string, readFile: ReadFile, errors: string[]): ForwardEndpoint => {
  if (!isObject(entry)) errors.push(`${path} must hold names and values`);
  const given = isObject(entry) ? entry : {};
  const values = readFields(FIELDS, OTHERS, given, path, errors);
  if (given.filter !== undefined && !isObject(given.filter)) errors.push(`${path}.filter must hold names and values`);
  const filter = readFields(FILTER_FIELDS, [], isObject(given.filter) ? given.filter : {}, `${path}.filter`, errors);
  const headers = resolveForwardHeaders(given, path, readFile);
  const tls = resolveForwardTls(given, path, readFile);
  errors.push(...headers.errors, ...tls.errors);
  return Object.freeze({
    ...values,
    headers: headers.value,
    tls: tls.value,
    filter: Object.freeze({
      projects: filter.project,
      services: filter.service,
      environments: filter.environment,
      errorsOnly: filter.errorsOnly,
    }),
  }) as ForwardEndpoint;
};

const twice = (endpoints: readonly ForwardEndpoint[]): string[] =>
  endpoints
    .filter((endpoint, index) => endpoints.findIndex((other) => other.name === endpoint.name) < index)
    .map((endpoint) => `forward: two endpoints have the name ${endpoint.name}`);

/** The list under `forward` in the file; nothing there means none. */
export const resolveForward = (inFile: unknown, readFile: ReadFile): ResolvedForward => {
  if (inFile === undefined || inFile === null) return { value: [], errors: [] };
  if (!Array.isArray(inFile) || inFile.length > MAX_ENDPOINTS)
    return { value: [], errors: [`forward must be a list of at most ${MAX_ENDPOINTS} endpoints (--config)`] };
  const errors: string[] = [];
  const endpoints = inFile.map((entry: unknown, index) =>
    resolveEndpoint(entry, `forward[${index}]`, readFile, errors),
  );
  if (errors.length === 0) errors.push(...twice(endpoints));
  return { value: Object.freeze(endpoints), errors: errors.map((error) => `${error} (--config)`) };
};
