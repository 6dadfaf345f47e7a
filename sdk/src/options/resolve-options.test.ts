import { ConfigurationError } from '../errors/index.js';
import {
  type NoveumOptions,
  type OptionSources,
  type ResolvedOptions,
  resolveOptions,
  startableOptions,
} from './index.js';

const KEY = 'nv_prod_0123456789abcdefghijABCDEFGHIJ01';

const valid = (sources: OptionSources = {}): ResolvedOptions => {
  const { options, problems } = resolveOptions(sources);
  expect(problems).toEqual([]);
  return options;
};
const told = (sources: OptionSources): string[] =>
  resolveOptions(sources).problems.map(({ option, rule, value }) => `${option} ${rule}, got ${value}`);
const ofFile = (values: unknown) => ({ file: { name: 'noveum-trace.yaml', values } });

/** Everything reachable by plain objects and lists. */
const partsOf = (value: unknown): readonly object[] =>
  typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(partsOf)] : [];

describe('with nothing given', () => {
  test('spans go to the collector on this machine, without content, all of them', () => {
    expect(valid()).toEqual({
      project: null,
      apiKey: null,
      endpoint: 'http://127.0.0.1:4318',
      environment: null,
      serviceName: 'unknown_service',
      serviceVersion: null,
      resourceAttributes: {},
      preset: null,
      sampling: { ratio: 1, parentBased: true, rateLimit: null, targetPerSecond: null },
      keep: null,
      batch: { maxSpans: 512, scheduledDelayMillis: 1_000, maxQueueBytes: 64 * 2 ** 20 },
      captureContent: false,
      maxContentLength: 65_536,
      redaction: { enabled: false },
      limits: {
        attributeValueLengthLimit: Infinity,
        attributeCountLimit: 512,
        eventCountLimit: 128,
        linkCountLimit: 128,
        attributePerEventCountLimit: 128,
        attributePerLinkCountLimit: 128,
      },
      exporters: [
        {
          type: 'noveum',
          endpoint: 'http://127.0.0.1:4318',
          apiKey: null,
          headers: {},
          compression: 'auto',
          timeoutMillis: 10_000,
        },
      ],
      headers: {},
      compression: 'auto',
      timeoutMillis: 10_000,
      retry: { maxAttempts: 6, initialDelayMillis: 500, maxDelayMillis: 30_000 },
      spool: null,
      prometheus: null,
      worker: true,
      immediate: false,
      waitUntil: null,
      flushOnSignal: false,
      strict: false,
      disabled: false,
      logLevel: 'info',
      onError: null,
      propagators: ['tracecontext', 'baggage'],
      dataResidency: null,
      encryption: null,
    });
  });

  test('the result is frozen all the way down', () => {
    expect(partsOf(valid()).filter((part) => !Object.isFrozen(part))).toEqual([]);
  });
});

describe('of several sources', () => {
  test('code beats the file, the file NOVEUM_*, that OTEL_*, that the preset, that the default', () => {
    const options = valid({
      code: { batch: { maxSpans: 1 }, preset: 'production' },
      ...ofFile({ batch: { maxSpans: 2, maxQueueBytes: '2MiB' } }),
      environment: {
        NOVEUM_BATCH_MAX_SPANS: '3',
        NOVEUM_BATCH_MAX_QUEUE_BYTES: '3MiB',
        NOVEUM_SERVICE_NAME: 'ours',
        OTEL_SERVICE_NAME: 'theirs',
        OTEL_ATTRIBUTE_COUNT_LIMIT: '7',
      },
    });
    expect(options.batch).toEqual({ maxSpans: 1, maxQueueBytes: 2 * 2 ** 20, scheduledDelayMillis: 5_000 });
    expect(options).toMatchObject({
      serviceName: 'ours',
      limits: { attributeCountLimit: 7 },
      sampling: { ratio: 0.1 },
      captureContent: false,
    });
  });

  test('attributes of the resource come from all, each from the strongest', () => {
    const options = valid({
      code: { resourceAttributes: { a: 'code', 'service.version': '2' } },
      ...ofFile({ resourceAttributes: { a: 'file', b: 'file', list: ['x', 'y'] } }),
      environment: { OTEL_RESOURCE_ATTRIBUTES: 'a=otel,c=o%20tel,service.name=shop,deployment.environment.name=test' },
    });
    expect(options.resourceAttributes).toEqual({ a: 'code', b: 'file', c: 'o tel', list: ['x', 'y'] });
    expect(options).toMatchObject({ serviceName: 'shop', serviceVersion: '2', environment: 'test' });
  });

  test('an option of its own beats the attribute of the resource', () => {
    const code: NoveumOptions = { serviceName: 'a', resourceAttributes: { 'service.name': 'b' } };
    expect(valid({ code })).toMatchObject({ serviceName: 'a', resourceAttributes: {} });
  });

  test("neither the caller's object is touched nor later changes of it are seen", () => {
    const patterns = [{ name: 'ticket', pattern: 'T-\\d+' }];
    const code = { batch: { maxSpans: 5 }, redaction: { patterns }, resourceAttributes: { a: ['x'] } };
    const before = structuredClone(code);
    const options = valid({ code });
    expect(code).toEqual(before);
    expect(partsOf(code).some((part) => Object.isFrozen(part))).toBe(false);
    patterns[0]!.pattern = 'changed';
    code.resourceAttributes.a.push('y');
    expect(options.redaction.patterns).toEqual(before.redaction.patterns);
    expect(options.resourceAttributes).toEqual({ a: ['x'] });
  });

  test('an empty variable and an empty value of the file count as none', () => {
    expect(valid({ ...ofFile({ project: null, batch: {} }), environment: { NOVEUM_PROJECT: ' ' } })).toEqual(valid());
    expect(valid(ofFile(null))).toEqual(valid());
  });

  test.each([
    [{ NOVEUM_ENVIRONMENT: 'a', NODE_ENV: 'b' }, 'a'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=c', NODE_ENV: 'b' }, 'c'],
    [{ NODE_ENV: 'b' }, 'b'],
  ])('with %j the environment is %s', (environment, expected) => {
    expect(valid({ environment }).environment).toBe(expected);
  });
});

describe('sections that are off by default', () => {
  test('are on with their first option, with defaults for the rest', () => {
    const options = valid({ code: { keep: { slowerThanMillis: 5 }, spool: { directory: '/spool' } } });
    expect(options.keep).toEqual({
      errors: true,
      slowerThanMillis: 5,
      costlierThanUsd: null,
      ratio: 0,
      maxBytes: 32 * 2 ** 20,
      maxAgeMillis: 60_000,
    });
    expect(options.spool).toEqual({ directory: '/spool', maxBytes: 256 * 2 ** 20 });
  });

  test('are taken away by false in a stronger source', () => {
    expect(valid({ code: { keep: false }, ...ofFile({ keep: { ratio: 0.5 } }) }).keep).toBeNull();
    const options = valid({
      code: { keep: { errors: false } },
      ...ofFile({ keep: false }),
      environment: { NOVEUM_KEEP_RATIO: '1' },
    });
    expect(options.keep).toMatchObject({ errors: false, ratio: 0 });
  });

  test.each([
    [{ redaction: true }, true],
    [{ redaction: { action: 'mask' } }, true],
    [{ redaction: { action: 'mask', enabled: false } }, false],
    [{ redaction: false }, false],
    [{}, false],
  ] as const)('with %j redaction is on: %s', (code, expected) => {
    expect(valid({ code }).redaction.enabled).toBe(expected);
  });
});

describe('what is wrong', () => {
  test('is told all at once, with option, rule and value', () => {
    expect(
      told({
        code: {
          batch: { maxSpans: 'ten', maxQueueByte: 1 },
          sampling: { ratio: 1.5 },
          projct: 'x',
          worker: 'yes',
          keep: 3,
        },
        ...ofFile({ logLevel: 'loud' }),
        environment: { NOVEUM_TIMEOUT_MILLIS: 'soon', NOVEUM_SERVICENAME: 'x', NOVEUM_ORGANISATION_OF_OTHERS: 'x' },
      }).sort(),
    ).toEqual(
      [
        'batch.maxQueueByte is no option (did you mean maxQueueBytes?), got [secret]',
        'projct is no option (did you mean project?), got [secret]',
        'keep must be an object of options, got [secret]',
        'NOVEUM_SERVICENAME is no variable of this SDK (did you mean NOVEUM_SERVICE_NAME?), got [secret]',
        'sampling.ratio must be a number from 0 to 1, got 1.5',
        'batch.maxSpans must be an integer from 1 to 10000, got "ten"',
        'NOVEUM_TIMEOUT_MILLIS must be an integer from 1 to 3600000, got "soon"',
        'worker must be true or false, got "yes"',
        'logLevel must be one of none, error, warn, info, debug, verbose, all, got "loud"',
      ].sort(),
    );
  });

  test.each([
    [{ batch: { maxSpans: 0 } }, false],
    [{ batch: { maxSpans: 1 } }, true],
    [{ batch: { maxSpans: 10_000 } }, true],
    [{ batch: { maxSpans: 10_001 } }, false],
    [{ batch: { maxSpans: 1.5 } }, false],
    [{ sampling: { ratio: 0 } }, true],
    [{ sampling: { ratio: Number.NaN } }, false],
    [{ sampling: { rateLimit: 0 } }, false],
    [{ limits: { attributeCountLimit: Infinity } }, true],
    [{ limits: { attributeCountLimit: -1 } }, false],
    [{ headers: { 'x-a': 'line\nbreak' } }, false],
    [{ endpoint: 'ftp://host' }, false],
    [{ endpoint: 'https://collector.example/' }, true],
    [{ apiKey: null }, false],
    [{ onError: 'log' }, false],
    [{ exporters: ['noveum', { type: 'otlp', endpoint: 'http://x:4318' }] }, true],
    [{ exporters: ['noveun'] }, false],
    [{ exporters: [{ type: 'file', pth: 'x' }] }, false],
    [{ retry: { initialDelayMillis: 100, maxDelayMillis: 99 } }, false],
    [{ sampling: { rateLimit: 5, targetPerSecond: 5 } }, false],
    [{ spool: { maxBytes: '1GiB' } }, false],
    [{ encryption: { attributes: ['llm.*'] } }, false],
    [{ encryption: { attributes: ['llm.*'], keyId: 'k', key: () => new Uint8Array(32) } }, true],
    [{ dataResidency: { region: 'eu', endpoints: { us: 'https://us.example' } } }, false],
  ])('%j is right: %s', (code, expected) => {
    expect(resolveOptions({ code }).problems.length === 0).toBe(expected);
  });

  test('shows no secret, wherever it stands', () => {
    const secret = 'hunter2 with a space';
    const problems = told({
      code: {
        apiKey: secret,
        headers: { authorization: `${secret}\n` },
        endpoint: `https://user:${secret}@host`,
        exporters: [{ type: 'noveum', apiKey: secret, timeoutMillis: 0 }],
        api_key: secret,
      },
    });
    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  test('in code throws, naming all', () => {
    const resolution = resolveOptions({ code: { worker: 1 }, environment: { NOVEUM_STRICT: 'perhaps' } });
    expect(() => startableOptions(resolution)).toThrow(ConfigurationError);
    expect(() => startableOptions(resolution)).toThrow(/worker must be.*\n.*|NOVEUM_STRICT/);
  });

  test('in environment or file turns tracing off with one message', () => {
    const { options, disabledBecause } = startableOptions(
      resolveOptions({ ...ofFile({ worker: 1 }), environment: { NOVEUM_LOG_LEVEL: 'loud' } }),
    );
    expect(options).toMatchObject({ disabled: true, worker: true, logLevel: 'info' });
    expect(disabledBecause).toMatch(/^Tracing is off.*\n.*NOVEUM_LOG_LEVEL|worker/s);
  });

  test('in environment or file throws too where strict is set', () => {
    const resolution = resolveOptions({ code: { strict: true }, environment: { NOVEUM_LOG_LEVEL: 'loud' } });
    expect(() => startableOptions(resolution)).toThrow(ConfigurationError);
  });

  test('in a weaker source does no harm', () => {
    expect(valid({ code: { logLevel: 'warn' }, environment: { NOVEUM_LOG_LEVEL: 'loud' } }).logLevel).toBe('warn');
  });

  test('of a file that could not be read is told like the rest', () => {
    const file = { name: 'noveum-trace.json', problem: { rule: 'must be JSON', value: 'something else' } };
    expect(told({ file })).toEqual(['noveum-trace.json must be JSON, got something else']);
  });
});

test("the redactor's word on its options is told like the rest, where it is on", () => {
  const checkRedaction = (options: unknown): readonly string[] => {
    expect(options).not.toHaveProperty('enabled');
    return ['redaction.salt: must be a text of 16 characters or more, got a text', 'redaction.nope: unknown key'];
  };
  expect(told({ ...ofFile({ redaction: { salt: 'short' } }), checkRedaction })).toEqual([
    'redaction.salt must be a text of 16 characters or more, got a text',
    'redaction.nope unknown key, got another',
  ]);
  const { problems } = resolveOptions({ ...ofFile({ redaction: { salt: 'short' } }), checkRedaction });
  expect(problems[0]?.source).toBe('file');
  expect(told({ code: { redaction: false }, ...ofFile({ redaction: { salt: 'short' } }), checkRedaction })).toEqual([]);
});

test('options that the redactor refuses are problems of code, and show no salt', () => {
  const code = { redaction: { action: 'hash', salt: 'hunter2', patterns: [{ name: 'a' }], nope: 1 } };
  expect(told({ code })).toEqual([
    'redaction.nope is no option, got [secret]',
    expect.stringMatching(/^redaction\.salt must be a text of 16 characters or more, got/),
    expect.stringMatching(/^redaction\.patterns/),
  ]);
  expect(told({ code }).join()).not.toContain('hunter2');
  const right: NoveumOptions = {
    redaction: { actions: { email: 'hash' }, salt: 's'.repeat(16), allow: { ips: ['::1'] } },
  };
  expect(valid({ code: right }).redaction).toMatchObject({ enabled: true, ...(right.redaction as object) });
});

describe('a key', () => {
  test.each([
    ['http://127.0.0.1:4318', true],
    ['http://127.9.9.9', true],
    ['http://localhost:4318', true],
    ['http://[::1]:4318', true],
    ['https://collector.example', true],
    ['http://collector.example', false],
    ['http://10.0.0.1:4318', false],
    ['http://localhost.evil.example', false],
    ['http://0.0.0.0:4318', false],
  ])('may be sent to %s: %s', (endpoint, expected) => {
    const { problems } = resolveOptions({ code: { endpoint, apiKey: KEY } });
    expect(problems.length === 0).toBe(expected);
    expect(JSON.stringify(problems)).not.toContain(KEY);
    expect(resolveOptions({ code: { endpoint } }).problems).toEqual([]);
  });

  test('of the environment to a plain address of the environment turns tracing off', () => {
    const environment = { NOVEUM_API_KEY: KEY, NOVEUM_ENDPOINT: 'http://collector.example' };
    expect(startableOptions(resolveOptions({ environment })).options.disabled).toBe(true);
  });

  test('given for one address goes to no other', () => {
    const { exporters } = valid({
      code: {
        apiKey: KEY,
        headers: { 'X-Team': 'a' },
        exporters: [
          'noveum',
          'otlp',
          { type: 'noveum', endpoint: 'https://b.example' },
          { type: 'otlp', endpoint: 'https://b.example', headers: { 'x-other': '1' } },
        ],
      },
    });
    expect(exporters).toMatchObject([
      { apiKey: KEY, headers: { 'x-team': 'a' } },
      { url: 'http://127.0.0.1:4318/v1/traces', headers: { authorization: `Bearer ${KEY}`, 'x-team': 'a' } },
      { apiKey: null, headers: {} },
      { url: 'https://b.example/v1/traces', headers: { 'x-other': '1' } },
    ]);
    expect(JSON.stringify(exporters.slice(2))).not.toContain(KEY);
  });
});

describe('exporters', () => {
  test('of the application are taken as they are', () => {
    const own = { name: 'mine', export: async () => ({ status: 'delivered' }), close: async () => {} };
    const stock = { export: () => {}, shutdown: async () => {} };
    const { exporters } = valid({ code: { exporters: [own, stock] } });
    expect(exporters[0]).toMatchObject({ type: 'own' });
    expect('exporter' in exporters[0]! && exporters[0].exporter).toBe(own);
    expect('exporter' in exporters[1]! && exporters[1].exporter).toBe(stock);
    expect(Object.isFrozen(own)).toBe(false);
  });

  test('an Elasticsearch exporter takes what it lacks from ELASTICSEARCH_*', () => {
    const environment = { ELASTICSEARCH_URL: 'https://es:9200/', ELASTICSEARCH_API_KEY: 'k' };
    expect(valid({ code: { exporters: ['elasticsearch'] }, environment }).exporters).toMatchObject([
      { url: 'https://es:9200', prefix: 'noveum', install: false, apiKey: 'k', username: null, caFile: null },
    ]);
    const elsewhere: NoveumOptions = { exporters: [{ type: 'elasticsearch', url: 'https://other:9200' }] };
    expect(valid({ code: elsewhere, environment }).exporters).toMatchObject([{ apiKey: null }]);
    expect(told({ code: { exporters: [{ type: 'elasticsearch', url: 'https://es:9200', prefix: 'A b' }] } })).toEqual([
      expect.stringContaining('prefix must be lower-case letters, digits and hyphens'),
    ]);
    expect(told({ code: { exporters: ['elasticsearch'] } })).toEqual([
      'exporters[0].url must be a URL (or ELASTICSEARCH_URL be set), got none',
    ]);
  });
});

describe('data residency', () => {
  const endpoints = { eu: 'https://eu.example', us: 'https://us.example/' };

  test('chooses the address of the region', () => {
    const options = valid({ code: { dataResidency: { region: 'us', endpoints }, apiKey: KEY } });
    expect(options.endpoint).toBe('https://us.example');
    expect(options.exporters).toMatchObject([{ endpoint: 'https://us.example', apiKey: KEY }]);
  });

  test('refuses another address beside it', () => {
    const code = { dataResidency: { region: 'eu', endpoints }, endpoint: 'https://us.example' };
    expect(told({ code })).toEqual(['endpoint must be the one of dataResidency.region, or not be given, got another']);
  });
});
