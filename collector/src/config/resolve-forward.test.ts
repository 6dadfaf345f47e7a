import { resolveConfig, showConfig } from './index.js';

const resolve = (forward: unknown, files: Readonly<Record<string, string>> = {}) =>
  resolveConfig({
    argv: ['--config', 'c'],
    env: {},
    readFile: (path) => files[path] ?? JSON.stringify({ forward }),
  });

const PEM = '-----BEGIN CERTIFICATE-----';

const errorsOf = (forward: unknown): readonly string[] => {
  const outcome = resolve(forward, { 'c.pem': PEM, 'not.pem': 'secret' });
  return outcome.status === 'ok' ? [] : outcome.errors;
};

test('an endpoint needs a name and a URL, all else has a default', () => {
  const outcome = resolve([{ name: 'tempo', url: 'http://tempo:4318' }]);
  expect(outcome.status === 'ok' && outcome.config.forward).toEqual([
    {
      name: 'tempo',
      url: 'http://tempo:4318',
      protocol: 'http/protobuf',
      headers: {},
      timeoutMillis: 10_000,
      compression: 'none',
      logs: false,
      tls: null,
      filter: { projects: [], services: [], environments: [], errorsOnly: false },
      maxSpoolBytes: 2 ** 30,
      maxSpoolSeconds: 21_600,
    },
  ]);
  expect(errorsOf([{}])).toEqual([
    'forward[0].name must be lower-case letters, digits and hyphens, at most 63, got nothing (--config)',
    'forward[0].url must be an http or https URL (for gRPC too), got nothing (--config)',
  ]);
});

test.each([
  [{ url: 'http://a/v1/traces' }, /url must be the address before \/v1\/traces/],
  [{ url: 'http://me:secret@a' }, /url must be a URL without a user.*, got a text with an @/],
  [{ protocol: 'http/json' }, /protocol must be one of http\/protobuf, grpc, got "http\/json"/],
  [{ maxSpoolBytes: '1KiB' }, /maxSpoolBytes must be bytes/],
  [{ filter: { service: [] } }, /filter\.service must be a text or a list of texts, got \[\]/],
  [{ filter: { span: 'x' } }, /unknown key forward\[0\]\.filter\.span/],
  [{ header: {} }, /unknown key forward\[0\]\.header/],
  [{ headers: { 'noveum-via': 'x' } }, /headers must not set noveum-via/],
  [{ url: 'https://a', certFile: 'c.pem' }, /certFile and forward\[0\]\.keyFile must be given together/],
  [{ url: 'https://a', caFile: 'not.pem' }, /caFile not\.pem must hold PEM/],
  [{ url: 'https://a', caFile: 7 }, /caFile must be a path/],
  [{ url: 'http://a', caFile: 'c.pem' }, /caFile must stand with an https URL/],
  [{ insecureSkipVerify: true }, /unknown key forward\[0\]\.insecureSkipVerify/],
  [{ headers: { a: 'secret\nline' } }, /headers\.a must be a text of printable ASCII/],
])('%j stops the start', (changes, rule) => {
  const errors = errorsOf([{ name: 'a', url: 'http://a', ...changes }]);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(rule);
  expect(errors[0]).not.toContain('secret');
});

test('two endpoints have two names', () => {
  const endpoint = { name: 'a', url: 'http://a' };
  expect(errorsOf([endpoint, endpoint])).toEqual(['forward: two endpoints have the name a (--config)']);
});

test('headers come from the file or from one of their own, and are never shown', () => {
  const [inPlace, byFile] = [{ headers: { Authorization: 'secret' } }, { headersFile: 'h' }].map((headers) =>
    resolve([{ name: 'a', url: 'http://a', ...headers }], { h: 'authorization: secret' }),
  );
  for (const outcome of [inPlace, byFile]) {
    if (outcome?.status !== 'ok') throw new Error('it is valid');
    expect(outcome.config.forward[0]?.headers).toEqual({ authorization: 'secret' });
    expect(showConfig(outcome.config)).toContain('"authorization": "***"');
    expect(showConfig(outcome.config)).not.toContain('secret');
  }
});

test('certificates come from files, and are not shown', () => {
  const files = { caFile: 'ca', certFile: 'cert', keyFile: 'key' };
  const pems = { ca: `${PEM} a`, cert: `${PEM} b`, key: '-----BEGIN PRIVATE KEY----- secret' };
  const outcome = resolve([{ name: 'a', url: 'https://a', ...files }], pems);
  if (outcome.status !== 'ok') throw new Error('it is valid');
  expect(outcome.config.forward[0]?.tls).toEqual(pems);
  expect(showConfig(outcome.config)).not.toContain('-----BEGIN');
});
