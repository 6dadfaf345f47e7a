import { INDEX_SETTINGS } from 'noveum-proto/elasticsearch';

import type { ReadFile } from './config-file.js';
import type { ElasticsearchConfig } from './elasticsearch-config.js';
import { type ConnectionGiven, resolveElasticsearchConnection } from './elasticsearch-connection.js';
import { type Environment, variableOf } from './environment.js';
import { isObject, readFields } from './read-fields.js';
import { integer, oneOf, type Rule } from './rules.js';

export interface ResolvedElasticsearch {
  /** Null: none is given. */
  readonly value: ElasticsearchConfig | null;
  readonly errors: readonly string[];
}

const ok = (value: unknown) => ({ status: 'ok', value }) as const;
const broken = (rule: string) => ({ status: 'broken', rule }) as const;

const text =
  (form: RegExp, rule: string): Rule =>
  (value) =>
    typeof value === 'string' && form.test(value) ? ok(value) : broken(rule);

const age = text(/^[1-9]\d{0,6}(s|m|h|d)$/, 'an age such as 7d, 12h, 30m or 90s');
const ageOrOff: Rule = (value) => (value === 'off' || value === false ? ok(null) : age(value));
const size = text(/^[1-9]\d{0,6}(mb|gb|tb)$/, 'a size such as 10gb, 500mb or 1tb');
const prefix = text(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, a letter first, at most 40');

const FIELDS = {
  requestTimeoutMillis: { rule: integer(1_000, 600_000), default: 30_000 },
  compression: { rule: oneOf(['none', 'gzip']), default: 'none' },
  prefix: { rule: prefix, default: INDEX_SETTINGS.prefix },
  shards: { rule: integer(1, 1_024), default: INDEX_SETTINGS.shards },
  replicas: { rule: integer(0, 20), default: INDEX_SETTINGS.replicas },
  refreshSeconds: { rule: integer(1, 3_600), default: INDEX_SETTINGS.refreshSeconds },
} as const;

const { lifecycle } = INDEX_SETTINGS;
const LIFECYCLE_FIELDS = {
  rolloverSize: { rule: size, default: lifecycle.rolloverSize },
  rolloverAge: { rule: age, default: lifecycle.rolloverAge },
  warmAge: { rule: ageOrOff, default: lifecycle.warmAge },
  warmReplicas: { rule: integer(0, 20), default: lifecycle.warmReplicas },
  coldAge: { rule: ageOrOff, default: lifecycle.coldAge },
  coldReplicas: { rule: integer(0, 20), default: lifecycle.coldReplicas },
  deleteAge: { rule: ageOrOff, default: lifecycle.deleteAge },
} as const;

const VARIABLES = {
  url: 'ELASTICSEARCH_URL',
  cloudId: 'ELASTICSEARCH_CLOUD_ID',
  apiKey: 'ELASTICSEARCH_API_KEY',
  apiKeyFile: 'ELASTICSEARCH_API_KEY_FILE',
  username: 'ELASTICSEARCH_USERNAME',
  password: 'ELASTICSEARCH_PASSWORD',
  passwordFile: 'ELASTICSEARCH_PASSWORD_FILE',
  caFile: 'ELASTICSEARCH_CA_FILE',
  fingerprint: 'ELASTICSEARCH_FINGERPRINT',
} as const satisfies Record<keyof ConnectionGiven, string>;

type Name = keyof ConnectionGiven;
const NAMES = Object.keys(VARIABLES) as Name[];

/** These go together: one of them in the file, and the environment's others don't count. */
const GROUPS: readonly (readonly Name[])[] = [
  ['url', 'cloudId'],
  ['apiKey', 'apiKeyFile', 'username', 'password', 'passwordFile'],
  ['caFile', 'fingerprint'],
];

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const secondsOf = (given: string): number => Number(given.slice(0, -1)) * (UNIT_SECONDS[given.slice(-1)] ?? 0);

const outOfOrder = (ages: readonly (readonly [name: string, age: unknown])[]): string[] => {
  const there = ages.flatMap(([name, given]) => (typeof given === 'string' ? [[name, secondsOf(given)] as const] : []));
  return there.flatMap(([name, seconds], at) => {
    const before = there[at - 1];
    return before !== undefined && before[1] > seconds
      ? [`elasticsearch.lifecycle.${before[0]} must be at most ${name}`]
      : [];
  });
};

/** What `elasticsearch` in the file says, and the environment where the file is silent. */
export const resolveElasticsearch = (inFile: unknown, env: Environment, readFile: ReadFile): ResolvedElasticsearch => {
  const errors: string[] = [];
  if (inFile !== undefined && inFile !== null && !isObject(inFile))
    return { value: null, errors: ['elasticsearch must hold names and values (--config)'] };
  const file = isObject(inFile) ? inFile : {};
  const isInFile = new Set(GROUPS.filter((group) => group.some((name) => file[name] !== undefined)).flat());
  const given = Object.fromEntries(
    NAMES.map((name) => [name, isInFile.has(name) ? file[name] : variableOf(env, VARIABLES[name])]),
  ) as unknown as ConnectionGiven;
  const isGiven = given.url !== undefined || given.cloudId !== undefined;
  if (!isGiven && Object.keys(file).length === 0) return { value: null, errors: [] };
  if (!isGiven)
    errors.push('elasticsearch.url or elasticsearch.cloudId must be given (--config), or ELASTICSEARCH_URL');

  const nameOf = (name: Name) => (isInFile.has(name) ? `elasticsearch.${name}` : VARIABLES[name]);
  const connection = resolveElasticsearchConnection(given, nameOf, readFile, errors);
  const values = readFields(FIELDS, [...NAMES, 'lifecycle'], file, 'elasticsearch', errors);
  const { lifecycle: phases } = file;
  if (phases !== undefined && !isObject(phases)) errors.push('elasticsearch.lifecycle must hold names and values');
  const path = 'elasticsearch.lifecycle';
  const lifecycle = readFields(LIFECYCLE_FIELDS, [], isObject(phases) ? phases : {}, path, errors);
  errors.push(...outOfOrder((['warmAge', 'coldAge', 'deleteAge'] as const).map((name) => [name, lifecycle[name]])));
  const { requestTimeoutMillis, compression, ...rest } = values;
  const value = Object.freeze({
    connection: Object.freeze({ ...connection, requestTimeoutMillis, compression }),
    ...rest,
    lifecycle: Object.freeze(lifecycle),
  }) as ElasticsearchConfig;
  return { value, errors };
};
