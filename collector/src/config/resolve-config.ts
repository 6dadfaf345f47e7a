import { resolve } from 'node:path';

import type { CollectorConfig, LogLevel, StoreName } from './collector-config.js';
import { type FileValues, type ReadFile, readConfigFile } from './config-file.js';
import { type Environment, environmentErrors, variableOf } from './environment.js';
import { type FlagShape, type ParsedFlags, parseFlags } from './parse-flags.js';
import { resolveElasticsearch } from './resolve-elasticsearch.js';
import { resolveForward } from './resolve-forward.js';
import { resolveRedaction } from './resolve-redaction.js';
import { resolvePrices } from './resolve-prices.js';
import { resolveAdminKey, resolveTls } from './secrets.js';
import { type Setting, type SettingName, SETTINGS } from './settings.js';

export interface ConfigSources {
  /** Flags only: what else stands on the command line is the command's own and taken out before. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly readFile: ReadFile;
}

export type ConfigOutcome =
  | { readonly status: 'ok'; readonly config: CollectorConfig }
  | { readonly status: 'invalid'; readonly errors: readonly string[] };

type Values = Readonly<Record<SettingName, unknown>>;

const flagShapeOf = (setting: Setting): [string, FlagShape] => [
  setting.flag,
  { kind: setting.isList ? 'list' : 'value' },
];

/** All flags that `resolveConfig` takes. */
export const CONFIG_FLAGS: ReadonlyMap<string, FlagShape> = new Map([
  ...Object.values(SETTINGS).map(flagShapeOf),
  ['--config', { kind: 'value' }],
]);

const show = (value: unknown): string => JSON.stringify(value);

/** The first of flag, file, environment that says something, with the place for the error. */
const givenOf = (
  name: string,
  setting: Setting,
  { flags }: ParsedFlags,
  file: FileValues,
  env: Environment,
): { readonly value: unknown; readonly from: string } | null => {
  const flag = flags.get(setting.flag);
  if (flag !== undefined && flag.length > 0) return { value: setting.isList ? flag : flag[0], from: setting.flag };
  const inFile = file.values.get(name);
  if (inFile !== undefined && inFile !== null) return { value: inFile, from: '--config' };
  const variable = variableOf(env, setting.variable);
  return variable === undefined ? null : { value: variable, from: setting.variable ?? '' };
};

/** Flags beat the file, the file the environment, the environment the defaults. All errors at once. */
export const resolveConfig = ({ argv, env, readFile }: ConfigSources): ConfigOutcome => {
  const parsed = parseFlags(argv, CONFIG_FLAGS);
  const file = readConfigFile(parsed.flags.get('--config')?.[0], readFile);
  const errors = [
    ...parsed.errors,
    ...parsed.positionals.map((word) => `unexpected argument ${show(word)}`),
    ...file.errors,
  ];
  const values: Partial<Record<SettingName, unknown>> = {};
  let storeIsChosen = false;

  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting: Setting = SETTINGS[name];
    const given = givenOf(name, setting, parsed, file, env);
    if (name === 'store') storeIsChosen = given !== null;
    const checked = given === null ? null : setting.rule(given.value);
    if (given !== null && checked?.status === 'broken')
      errors.push(`${name} must be ${checked.rule}, got ${show(given.value)} (${given.from})`);
    values[name] = checked?.status === 'ok' ? checked.value : setting.default;
  }
  errors.push(...environmentErrors(env));

  // Where the embedded store was chosen, what the environment says of a cluster is meant for another program.
  const ofCluster = storeIsChosen && values.store === 'embedded' ? {} : env;
  const chosen = storeIsChosen ? (values.store as StoreName) : null;
  const { config, errors: broken } = toConfig(values as Values, chosen, file, env, ofCluster, readFile);
  errors.push(...broken);
  return errors.length === 0 ? { status: 'ok', config } : { status: 'invalid', errors };
};

const toConfig = (
  values: Values,
  chosen: StoreName | null,
  file: FileValues,
  env: Environment,
  ofCluster: Environment,
  readFile: ReadFile,
): { readonly config: CollectorConfig; readonly errors: readonly string[] } => {
  const fileHasKey = file.values.has('adminKey') || file.values.has('adminKeyFile');
  const adminKey = resolveAdminKey(
    fileHasKey
      ? { key: file.values.get('adminKey'), file: file.values.get('adminKeyFile') }
      : {
          key: variableOf(env, 'NOVEUM_COLLECTOR_ADMIN_KEY'),
          file: variableOf(env, 'NOVEUM_COLLECTOR_ADMIN_KEY_FILE'),
        },
    readFile,
  );
  const path = (name: SettingName): string | null => values[name] as string | null;
  const number = (name: SettingName): number => values[name] as number;
  const tls = resolveTls(
    { tlsCertFile: path('tlsCertFile'), tlsKeyFile: path('tlsKeyFile'), tlsCaFile: path('tlsCaFile') },
    readFile,
  );
  const prices = resolvePrices(file.values.get('prices'));
  const forward = resolveForward(file.values.get('forward'), readFile);
  const redaction = resolveRedaction(file.values.get('redaction'), readFile);
  const elasticsearch = resolveElasticsearch(file.values.get('elasticsearch'), ofCluster, readFile);
  const errors = [adminKey, tls, prices, forward, redaction, elasticsearch].flatMap((part) => part.errors);
  if (number('journalFileBytes') > number('journalLimitBytes'))
    errors.push('journalFileBytes must be at most journalLimitBytes');
  const store = chosen ?? (elasticsearch.value === null ? 'embedded' : 'elasticsearch');
  if (store === 'elasticsearch') {
    if (elasticsearch.value === null && elasticsearch.errors.length === 0)
      errors.push('the elasticsearch store needs elasticsearch.url or elasticsearch.cloudId, or ELASTICSEARCH_URL');
    for (const name of ['retentionDays', 'retentionBytes'] as const)
      if (number(name) !== 0)
        errors.push(`${name} is of the embedded store: with elasticsearch set elasticsearch.lifecycle.deleteAge`);
  }
  if (number('bodyBytes') > number('inFlightBytes')) errors.push('bodyBytes must be at most inFlightBytes');
  const config: CollectorConfig = Object.freeze({
    host: values.host as string,
    httpPort: number('httpPort'),
    grpcPort: number('grpcPort'),
    metricsPort: values.metricsPort as number | null,
    dataDir: resolve(values.dataDir as string),
    store,
    elasticsearch: elasticsearch.value,
    allowOrigins: Object.freeze([...(values.allowOrigins as readonly string[])]),
    logLevel: values.logLevel as LogLevel,
    adminKey: adminKey.value,
    tls: tls.value,
    limits: Object.freeze({
      bodyBytes: number('bodyBytes'),
      unpackedBytes: number('unpackedBytes'),
      inFlightBytes: number('inFlightBytes'),
      requestTimeoutMillis: number('requestTimeoutMillis'),
      headerTimeoutMillis: number('headerTimeoutMillis'),
      streams: number('streams'),
      grpcMessageBytes: number('grpcMessageBytes'),
      attributesPerSpan: number('attributesPerSpan'),
      attributeValueBytes: number('attributeValueBytes'),
      nesting: number('nesting'),
      spanNameBytes: number('spanNameBytes'),
    }),
    journal: Object.freeze({ limitBytes: number('journalLimitBytes'), fileBytes: number('journalFileBytes') }),
    retention: Object.freeze({ days: number('retentionDays'), bytes: number('retentionBytes') }),
    text: Object.freeze({
      enabled: values.text === 'on',
      maxLagBytes: number('textMaxLagBytes'),
      maxTraceUnits: number('textTraceBytes'),
    }),
    erasure: Object.freeze({
      purgeSeconds: number('erasurePurgeSeconds'),
      memoryDays: number('erasureMemoryDays'),
    }),
    prices: prices.value,
    forward: forward.value,
    redaction: redaction.value,
  });
  return { config, errors };
};
