import { boolean, broken, type Checked, indexPrefix, integer, type Kind, ok, oneOf, text } from './kinds.js';
import { headers, url } from './kinds-of-maps.js';
import { didYouMean } from './nearest.js';
import {
  COMPRESSIONS,
  EXPORTER_NAMES,
  type ExporterName,
  OTLP_IMPLEMENTATIONS,
  OTLP_PROTOCOLS,
} from './noveum-options.js';
import { isPlainObject, type PlainObject } from './plain-object.js';

type Fields = Readonly<Record<string, Kind>>;

const compression = oneOf(COMPRESSIONS);
const timeoutMillis = integer(1, 3_600_000);

/** By the exporter's type: its options, with their rules. */
export const EXPORTER_OPTIONS: Readonly<Record<ExporterName, Fields>> = {
  noveum: { endpoint: url, apiKey: text, headers, compression, timeoutMillis },
  otlp: {
    endpoint: url,
    protocol: oneOf(OTLP_PROTOCOLS),
    implementation: oneOf(OTLP_IMPLEMENTATIONS),
    headers,
    compression,
    timeoutMillis,
  },
  console: {},
  file: { path: text, format: oneOf(['jsonl', 'otlp']) },
  elasticsearch: {
    url,
    prefix: indexPrefix,
    install: boolean,
    apiKey: text,
    username: text,
    password: text,
    caFile: text,
    compression,
    timeoutMillis,
  },
};

const isExporterName = (value: unknown): value is ExporterName =>
  typeof value === 'string' && (EXPORTER_NAMES as readonly string[]).includes(value);

const checkFields = (type: ExporterName, given: PlainObject): Checked => {
  const fields = EXPORTER_OPTIONS[type];
  const checked: Record<string, unknown> = { type };
  for (const [key, value] of Object.entries(given)) {
    if (key === 'type' || value === undefined) continue;
    const field = fields[key];
    if (field === undefined)
      return broken(`of type ${type} has no option ${key}${didYouMean(key, Object.keys(fields))}`);
    const one = field.check(value);
    if (one.status === 'broken') return broken(`of type ${type}: ${key} ${one.rule}`);
    checked[key] = one.value;
  }
  return ok(checked);
};

const hasMethods = (value: unknown, ...names: readonly string[]): value is object =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');

const NAMES = EXPORTER_NAMES.join(', ');

/** One entry: a name, options of a built-in exporter, one of ours, or one of OpenTelemetry's. */
const checkExporter = (value: unknown): Checked => {
  if (isExporterName(value)) return ok({ type: value });
  if (typeof value === 'string') return broken(`must be one of ${NAMES}${didYouMean(value, EXPORTER_NAMES)}`);
  if (hasMethods(value, 'export', 'shutdown')) return ok({ type: 'stock', exporter: value });
  if (hasMethods(value, 'export', 'close')) return ok({ type: 'own', exporter: value });
  if (!isPlainObject(value)) return broken(`must be one of ${NAMES}, its options, or an exporter`);
  return isExporterName(value['type'])
    ? checkFields(value['type'], value)
    : broken(`must have a type, one of ${NAMES}`);
};

/** Names are told wrong by their place: the list may hold secrets. */
export const exporterList: Kind = {
  rule: 'a list of exporters',
  check: (value) => {
    if (!Array.isArray(value)) return broken('must be a list of exporters');
    const entries: unknown[] = [];
    for (const [index, one] of value.entries()) {
      const checked = checkExporter(one);
      if (checked.status === 'broken') return broken(`[${index}] ${checked.rule}`);
      entries.push(checked.value);
    }
    return ok(entries);
  },
  parse: (given) =>
    given
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '' && one !== 'none'),
};
