import { resolveConfig, showConfig } from './index.js';
import { resolveElasticsearch } from './resolve-elasticsearch.js';

const PEM = '-----BEGIN CERTIFICATE-----';
const FINGERPRINT = 'ab'.repeat(32);

const readFile = (path: string): string => {
  const found = { 'key.txt': ' the-key\n', 'ca.pem': PEM, 'not.pem': 'nothing' }[path];
  if (found === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
  return found;
};
const resolve = (inFile: unknown, env = {}) => resolveElasticsearch(inFile, env, readFile);
const connectionOf = (inFile: unknown, env = {}) => {
  const { value, errors } = resolve(inFile, env);
  expect(errors).toEqual([]);
  return value?.connection;
};

test('nothing about a cluster is no cluster, whatever secrets lie about', () => {
  expect(resolve(undefined, { ELASTICSEARCH_API_KEY: 'k' })).toEqual({ value: null, errors: [] });
});

test('a URL is enough; the rest is as the documents have it, but for replicas', () => {
  expect(resolve(undefined, { ELASTICSEARCH_URL: 'http://es:9200/' })).toEqual({
    errors: [],
    value: {
      connection: {
        nodes: ['http://es:9200'],
        cloudId: null,
        auth: null,
        ca: null,
        fingerprint: null,
        requestTimeoutMillis: 30_000,
        compression: 'none',
      },
      prefix: 'noveum',
      shards: 3,
      replicas: 1,
      refreshSeconds: 5,
      lifecycle: {
        rolloverSize: '10gb',
        rolloverAge: '30d',
        warmAge: '7d',
        warmReplicas: 1,
        coldAge: '30d',
        coldReplicas: 1,
        deleteAge: '365d',
      },
    },
  });
});

test('many nodes, each with its path, as a list or with commas', () => {
  const nodes = ['https://a:9200/es', 'https://b:9200/es'];
  expect(connectionOf({ url: nodes })).toMatchObject({ nodes });
  expect(connectionOf(null, { ELASTICSEARCH_URL: nodes.join(', ') })).toMatchObject({ nodes });
});

test.each([
  [{ url: 'https://es' }, { ELASTICSEARCH_API_KEY: 'k' }, { kind: 'api-key', apiKey: 'k' }],
  [{ url: 'https://es' }, { ELASTICSEARCH_API_KEY_FILE: 'key.txt' }, { kind: 'api-key', apiKey: 'the-key' }],
  [
    { url: 'https://es', apiKeyFile: 'key.txt' },
    { ELASTICSEARCH_API_KEY: 'k' },
    { kind: 'api-key', apiKey: 'the-key' },
  ],
  [
    { url: 'https://es', username: 'u', passwordFile: 'key.txt' },
    {},
    { kind: 'basic', username: 'u', password: 'the-key' },
  ],
  [{ url: 'https://u:p%40q@es' }, {}, { kind: 'basic', username: 'u', password: 'p@q' }],
  [
    { cloudId: 'c:abc' },
    { ELASTICSEARCH_USERNAME: 'u', ELASTICSEARCH_PASSWORD: 'p' },
    { kind: 'basic', username: 'u', password: 'p' },
  ],
])('%j with %j is known as %j', (inFile, env, auth) => {
  expect(connectionOf(inFile, env)).toMatchObject({ auth });
});

test('an own authority and a fingerprint, with or without colons', () => {
  const url = 'https://es';
  expect(connectionOf({ url, caFile: 'ca.pem' })).toMatchObject({ ca: PEM });
  const shown = connectionOf({ url, fingerprint: FINGERPRINT })?.fingerprint;
  expect(shown).toMatch(/^(AB:){31}AB$/);
  expect(connectionOf({ url, fingerprint: shown })).toMatchObject({ fingerprint: shown });
});

test.each([
  ['a text', {}, 'elasticsearch must hold names and values'],
  [{ prefix: 'a' }, {}, 'elasticsearch.url or elasticsearch.cloudId must be given'],
  [{ url: 'es:9200' }, {}, 'elasticsearch.url must be http or https URLs'],
  [{ url: [], cloudId: '' }, {}, 'elasticsearch.cloudId must be a text'],
  [{ url: 'https://es', cloudId: 'c' }, {}, 'exclude each other'],
  [
    { url: 'https://es', apiKey: 'k', username: 'u', password: 'p' },
    {},
    'elasticsearch.apiKey and elasticsearch.username',
  ],
  [{ url: 'https://es', apiKey: 'k', apiKeyFile: 'key.txt' }, {}, 'elasticsearch.apiKey and elasticsearch.apiKeyFile'],
  [
    { url: 'https://es' },
    { ELASTICSEARCH_USERNAME: 'u' },
    'ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD must be given together',
  ],
  [{ url: 'https://es', caFile: 'none.pem' }, {}, "elasticsearch.caFile none.pem can't be read: ENOENT"],
  [{ url: 'https://es', caFile: 'not.pem' }, {}, 'elasticsearch.caFile not.pem must hold PEM'],
  [{ url: 'http://es', caFile: 'ca.pem' }, {}, 'elasticsearch.caFile must stand with https URLs alone'],
  [{ url: 'https://es', fingerprint: 'abc' }, {}, 'elasticsearch.fingerprint must be a SHA-256'],
  [{ url: 'https://es', prefix: 'A' }, {}, 'elasticsearch.prefix must be lower-case'],
  [{ url: 'https://es', shards: 0 }, {}, 'elasticsearch.shards must be an integer from 1'],
  [{ url: 'https://es', nope: 0 }, {}, 'unknown key elasticsearch.nope'],
  [{ url: 'https://es', lifecycle: 7 }, {}, 'elasticsearch.lifecycle must hold names and values'],
  [
    { url: 'https://es', lifecycle: { warmAge: '7 days' } },
    {},
    'elasticsearch.lifecycle.warmAge must be an age such as 7d',
  ],
  [{ url: 'https://es', lifecycle: { rolloverSize: 10 } }, {}, 'elasticsearch.lifecycle.rolloverSize must be a size'],
  [{ url: 'https://es', lifecycle: { warmAge: '40d' } }, {}, 'elasticsearch.lifecycle.warmAge must be at most coldAge'],
  [
    { url: 'https://es', lifecycle: { coldAge: 'off', deleteAge: '1h' } },
    {},
    'elasticsearch.lifecycle.warmAge must be at most deleteAge',
  ],
])('%j with %j is refused: %s', (inFile, env, expected) => {
  const { errors } = resolve(inFile, env);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain(expected);
});

test('phases may be off', () => {
  const lifecycle = { warmAge: 'off', coldAge: 'off', deleteAge: 'off' };
  expect(resolve({ url: 'https://es', lifecycle }).value?.lifecycle).toMatchObject({
    warmAge: null,
    coldAge: null,
    deleteAge: null,
  });
});

test('no error and no output shows a secret, wherever it stood', () => {
  const secret = 'sEcReT';
  const broken = [
    { url: `ftp://u:${secret}@es` },
    { url: [`https://u:${secret}@es`, 7] },
    { url: `https://u:${secret}@es`, apiKey: `${secret}\u0000` },
    { url: 'https://es', username: 'u', password: `${secret}\n` },
  ];
  for (const inFile of broken) {
    const { errors } = resolve(inFile);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.join()).not.toContain(secret);
  }
  for (const inFile of [
    { url: `https://u:${secret}@es` },
    { url: 'https://es', apiKey: secret },
    { url: 'https://es', username: 'u', password: secret },
  ]) {
    const outcome = resolveConfig({
      argv: ['--config', 'c.json'],
      env: {},
      readFile: () => JSON.stringify({ elasticsearch: inFile }),
    });
    const shown = outcome.status === 'ok' ? showConfig(outcome.config) : '';
    expect(shown).toContain('https://es');
    expect(shown).toContain('***');
    expect(shown).not.toContain(secret);
  }
});

test('what the environment says of a cluster is not looked at where the embedded store is chosen', () => {
  const outcome = resolveConfig({
    argv: ['--store', 'embedded'],
    env: { ELASTICSEARCH_URL: 'no url', ELASTICSEARCH_API_KEY_FILE: 'none' },
    readFile,
  });
  expect(outcome).toMatchObject({ status: 'ok', config: { elasticsearch: null } });
});
