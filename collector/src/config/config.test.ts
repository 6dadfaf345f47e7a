import {
  type CollectorConfig,
  type ConfigSources,
  LOG_LEVELS,
  parseFlags,
  resolveConfig,
  settingsHelp,
  showConfig,
} from './index.js';

const missing = (): never => {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
};
const files =
  (contents: Record<string, string>) =>
  (path: string): string =>
    contents[path] ?? missing();

const resolve = (sources: Partial<ConfigSources> = {}) =>
  resolveConfig({ argv: [], env: {}, readFile: missing, ...sources });

const valid = (sources: Partial<ConfigSources> = {}): CollectorConfig => {
  const outcome = resolve(sources);
  if (outcome.status === 'invalid') throw new Error(outcome.errors.join('\n'));
  return outcome.config;
};
const errors = (sources: Partial<ConfigSources>): readonly string[] => {
  const outcome = resolve(sources);
  return outcome.status === 'invalid' ? outcome.errors : [];
};

const MIB = 1024 * 1024;

test('without anything the defaults of the contract hold', () => {
  expect(valid()).toMatchObject({
    host: '127.0.0.1',
    httpPort: 4318,
    grpcPort: 4317,
    metricsPort: null,
    dataDir: expect.stringMatching(/^\/.*\/noveum-data$/) as string,
    store: 'embedded',
    allowOrigins: [],
    logLevel: 'info',
    adminKey: null,
    tls: null,
    limits: {
      bodyBytes: 16 * MIB,
      unpackedBytes: 64 * MIB,
      inFlightBytes: 128 * MIB,
      grpcMessageBytes: 16 * MIB,
      attributesPerSpan: 1_000,
      attributeValueBytes: MIB,
      nesting: 64,
      spanNameBytes: 4_096,
    },
    retention: { days: 0, bytes: 0 },
    prices: [],
    redaction: [],
  });
});

test('the result is frozen through and through', () => {
  const config = valid();
  const parts = [config, config.limits, config.journal, config.retention, config.allowOrigins, config.prices];
  expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
});

test('a flag beats the file, the file the environment, the environment the default', () => {
  const env = { NOVEUM_COLLECTOR_HTTP_PORT: '1', NOVEUM_COLLECTOR_GRPC_PORT: '1', NOVEUM_COLLECTOR_METRICS_PORT: '1' };
  const readFile = files({ 'c.yaml': 'httpPort: 2\ngrpcPort: 2\n' });
  const argv = ['--config', 'c.yaml', '--http-port=3'];
  expect(valid({ argv, env, readFile })).toMatchObject({ httpPort: 3, grpcPort: 2, metricsPort: 1 });
});

test('the file may be JSON, and bytes may have a unit', () => {
  const readFile = files({
    'c.json': '{"bodyBytes": "8MiB", "allowOrigins": ["https://a.example", "http://b.example:8080"]}',
  });
  const config = valid({ argv: ['--config', 'c.json', '--in-flight-bytes', '64 MiB'], readFile });
  expect(config.limits).toMatchObject({ bodyBytes: 8 * MIB, inFlightBytes: 64 * MIB });
  expect(config.allowOrigins).toEqual(['https://a.example', 'http://b.example:8080']);
});

test('origins come by a repeated flag, or with commas', () => {
  expect(
    valid({ argv: ['--allow-origin', 'https://a.example', '--allow-origin', 'https://b.example,*'] }).allowOrigins,
  ).toEqual(['https://a.example', 'https://b.example', '*']);
});

test('an empty variable counts as none', () => {
  expect(valid({ env: { NOVEUM_COLLECTOR_HTTP_PORT: '', ELASTICSEARCH_URL: '' } }).httpPort).toBe(4318);
});

test('all errors are told at once, each with name, rule and value', () => {
  expect(
    errors({
      argv: ['--http-port', 'abc', '--nope', '3', '--host', 'a', '--host', 'b', 'word', '--config', 'c.yaml'],
      env: { NOVEUM_COLLECTOR_LOG_LEVEL: 'loud', NOVEUM_COLLECTOR_HOTS: 'x' },
      readFile: files({ 'c.yaml': 'nesting: -1\nretention: 5\nallowOrigins: [https://a.example/]\n' }),
    }),
  ).toEqual([
    'unknown flag --nope',
    '--host stands twice',
    'unexpected argument "word"',
    'unknown key retention in c.yaml',
    'httpPort must be an integer from 0 to 65535, got "abc" (--http-port)',
    'allowOrigins must be origins like https://app.example.com (no path, no slash at the end), or *, got ["https://a.example/"] (--config)',
    `logLevel must be one of ${LOG_LEVELS.join(', ')}, got "loud" (NOVEUM_COLLECTOR_LOG_LEVEL)`,
    'nesting must be an integer from 1 to 256, got -1 (--config)',
    'unknown variable NOVEUM_COLLECTOR_HOTS',
  ]);
});

test.each([
  ['-1', false],
  ['65536', false],
  ['1.5', false],
  ['0x10', false],
  [' 80', false],
  ['1e3', false],
  ['0', true],
  ['65535', true],
])('httpPort %j is taken: %s', (port, expected) => {
  expect(resolve({ argv: [`--http-port=${port}`] }).status === 'ok').toBe(expected);
});

test.each([
  [[], {}, 'embedded'],
  [[], { ELASTICSEARCH_URL: 'http://es:9200' }, 'elasticsearch'],
  [[], { ELASTICSEARCH_CLOUD_ID: 'name:aGVyZS5leGFtcGxlLmNvbSRhYmM=' }, 'elasticsearch'],
  [['--store', 'elasticsearch'], { ELASTICSEARCH_URL: 'http://es:9200' }, 'elasticsearch'],
  [[], { NOVEUM_COLLECTOR_STORE: 'embedded', ELASTICSEARCH_URL: 'http://es:9200' }, 'embedded'],
] as const)('with %j and %j traces are kept by %s', (argv, env, store) => {
  const config = valid({ argv, env });
  expect(config.store).toBe(store);
  expect(config.elasticsearch === null).toBe(store === 'embedded');
});

test('a file that says where the cluster is chooses it, unless the embedded store is chosen', () => {
  const readFile = files({ 'c.yaml': 'elasticsearch: { url: http://es:9200 }' });
  const ofFile = (...argv: string[]) => valid({ argv: ['--config', 'c.yaml', ...argv], readFile });
  expect(ofFile()).toMatchObject({ store: 'elasticsearch' });
  // It may be where traces are to be moved to.
  expect(ofFile('--store=embedded')).toMatchObject({ store: 'embedded', elasticsearch: { prefix: 'noveum' } });
});

test('the elasticsearch store without a cluster, and what only the embedded one has, are refused by name', () => {
  expect(errors({ argv: ['--store', 'elasticsearch'] })).toEqual([
    'the elasticsearch store needs elasticsearch.url or elasticsearch.cloudId, or ELASTICSEARCH_URL',
  ]);
  const env = { ELASTICSEARCH_URL: 'http://user:secret@es:9200' };
  const found = errors({ argv: ['--retention-days', '7', '--retention-bytes', '1'], env });
  expect(found).toEqual([
    'retentionDays is of the embedded store: with elasticsearch set elasticsearch.lifecycle.deleteAge',
    'retentionBytes is of the embedded store: with elasticsearch set elasticsearch.lifecycle.deleteAge',
  ]);
});

test('ELASTICSEARCH_URL of another program is no hindrance where the embedded store is chosen', () => {
  expect(resolve({ argv: ['--store=embedded'], env: { ELASTICSEARCH_URL: 'http://es:9200' } }).status).toBe('ok');
});

test('what Kubernetes sets for a service named noveum-collector is no unknown variable', () => {
  const env = {
    NOVEUM_COLLECTOR_SERVICE_HOST: '10.0.0.1',
    NOVEUM_COLLECTOR_SERVICE_PORT_HTTP: '4318',
    NOVEUM_COLLECTOR_PORT: 'tcp://10.0.0.1:4318',
    NOVEUM_COLLECTOR_PORT_4318_TCP_ADDR: '10.0.0.1',
  };
  expect(resolve({ env }).status).toBe('ok');
});

test.each([
  ['a: [', /^--config c is neither YAML nor JSON at line \d+, column \d+$/],
  ['- 1', /^--config c must hold names and values$/],
])('a file that holds %j is refused without quoting it', (content, expected) => {
  expect(errors({ argv: ['--config', 'c'], readFile: files({ c: content }) })).toEqual([
    expect.stringMatching(expected),
  ]);
});

test('a file that is not there stops the start; an empty one is none', () => {
  expect(errors({ argv: ['--config', 'c'] })).toEqual(["--config c can't be read: ENOENT"]);
  expect(resolve({ argv: ['--config', 'c'], readFile: files({ c: '' }) }).status).toBe('ok');
});

describe('own prices', () => {
  const readFile = files({
    'c.yaml': 'prices:\n  - {model: our-*, provider: azure.ai.openai, input: 1, output: 4.5, from: 2026-01-01}\n',
    'c.json': '{"prices": [{"model": "a", "input": 0, "output": 0}]}',
    none: 'prices:\n',
    wrong: 'prices:\n  - {model: a, input: 1, output: 2}\n  - {model: b, input: abc, outputs: 2}\nnesting: 0\n',
    map: 'prices: {model: a}',
  });
  const pricesIn = (path: string) => valid({ argv: ['--config', path], readFile }).prices;

  test('come from the file', () => {
    expect(pricesIn('c.yaml')).toEqual([
      { model: 'our-*', provider: 'azure.ai.openai', input: 1, output: 4.5, from: '2026-01-01' },
    ]);
    expect(pricesIn('c.json')).toEqual([{ model: 'a', input: 0, output: 0 }]);
    expect(pricesIn('none')).toEqual([]);
    expect(Object.isFrozen(pricesIn('c.yaml')[0])).toBe(true);
  });

  test('that are wrong stop the start, each named by its place', () => {
    expect(errors({ argv: ['--config', 'wrong'], readFile })).toEqual([
      'nesting must be an integer from 1 to 256, got 0 (--config)',
      'prices[1].outputs: unknown key (--config)',
      'prices[1].input: must be a number ≥ 0, got "abc" (--config)',
      'prices[1].output: must be a number ≥ 0, got nothing (--config)',
    ]);
    expect(errors({ argv: ['--config', 'map'], readFile })).toEqual(['prices: must be a list, got object (--config)']);
  });

  test('are shown by --print-config', () => {
    const shown = showConfig(valid({ argv: ['--config', 'c.json'], readFile }));
    expect(JSON.parse(shown)).toMatchObject({ prices: [{ model: 'a', input: 0, output: 0 }] });
  });
});

describe('the admin key', () => {
  const KEY = 'nv_prod_0123456789abcdefghijABCDEFGHIJ01';

  test('comes from the environment, from a file it names, or from the configuration file', () => {
    expect(valid({ env: { NOVEUM_COLLECTOR_ADMIN_KEY: KEY } }).adminKey).toBe(KEY);
    const readFile = files({ '/run/key': `${KEY}\n`, c: 'adminKeyFile: /run/key' });
    expect(valid({ env: { NOVEUM_COLLECTOR_ADMIN_KEY_FILE: '/run/key' }, readFile }).adminKey).toBe(KEY);
    expect(valid({ argv: ['--config', 'c'], readFile }).adminKey).toBe(KEY);
  });

  test.each([
    [{ NOVEUM_COLLECTOR_ADMIN_KEY: 'short-secret' }, /^adminKey must be a key of at least 32/],
    [{ NOVEUM_COLLECTOR_ADMIN_KEY: `short-secret ${KEY}` }, /^adminKey must be a key of at least 32/],
    [{ NOVEUM_COLLECTOR_ADMIN_KEY_FILE: '/none' }, /^adminKeyFile \/none can't be read: ENOENT$/],
    [{ NOVEUM_COLLECTOR_ADMIN_KEY: KEY, NOVEUM_COLLECTOR_ADMIN_KEY_FILE: '/none' }, /exclude each other/],
  ])('%# that is wrong is never shown', (env, expected) => {
    const found = errors({ env });
    expect(found).toEqual([expect.stringMatching(expected)]);
    expect(found.join()).not.toMatch(/short-secret|0123456789/);
  });

  test('is masked in what --print-config shows, as is the TLS key', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nsecret';
    const shown = showConfig(
      valid({
        env: { NOVEUM_COLLECTOR_ADMIN_KEY: KEY },
        argv: ['--tls-cert-file', 'cert', '--tls-key-file', 'key'],
        readFile: files({ cert: pem, key: pem }),
      }),
    );
    expect(shown).not.toMatch(/secret|0123456789/);
    expect(JSON.parse(shown)).toMatchObject({
      adminKey: '***',
      tls: { certFile: 'cert', keyFile: 'key' },
      httpPort: 4318,
    });
  });
});

test.each([
  [['--tls-cert-file', 'cert'], 'tlsCertFile and tlsKeyFile must be given together'],
  [['--tls-ca-file', 'cert'], 'tlsCertFile and tlsKeyFile must be given together'],
  [['--tls-cert-file', 'cert', '--tls-key-file', 'none'], "tlsKeyFile none can't be read: ENOENT"],
  [['--tls-cert-file', 'text', '--tls-key-file', 'cert'], 'tlsCertFile text must hold PEM'],
  [['--journal-file-bytes=1GiB', '--journal-limit-bytes=1MiB'], 'journalFileBytes must be at most journalLimitBytes'],
  [['--body-bytes=1GiB'], 'bodyBytes must be at most inFlightBytes'],
])('%j: %s', (argv, expected) => {
  const readFile = files({ cert: '-----BEGIN CERTIFICATE-----', text: 'no' });
  expect(errors({ argv, readFile })).toEqual([expected]);
});

test('--help names every flag that is taken', () => {
  for (const flag of ['--host', '--http-port', '--grpc-port', '--data-dir', '--store', '--allow-origin'])
    expect(settingsHelp()).toContain(`  ${flag} `);
});

test.each([
  [['--v'], ['--v needs a value']],
  [['--v', '--s'], ['--v needs a value']],
  [['--s=1'], ['--s takes no value']],
  [['--v='], []],
  [['--', '--v'], []],
])('flags %j give the errors %j', (argv, expected) => {
  const shapes = new Map([
    ['--v', { kind: 'value' } as const],
    ['--s', { kind: 'switch' } as const],
  ]);
  expect(parseFlags(argv, shapes).errors).toEqual(expected);
});
