import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { CONFIG_FLAGS, resolveConfig } from '../../src/config/index.js';
import { resolveElasticsearch } from '../../src/config/resolve-elasticsearch.js';
import { root } from './run-snippet.js';

const flagsIn = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^\| `(--[a-z-]+)` \|/gm)].map(([, flag]) => flag ?? '');

test('docs/configuration.md has a row for every setting, and no other', async () => {
  const documented = flagsIn(await readFile(join(root, 'docs', 'configuration.md'), 'utf8'));
  expect([...documented, '--config'].sort()).toEqual([...CONFIG_FLAGS.keys()].sort());
});

/** Cells of the rows of settings: flag, key in the file, default; without their backticks. */
const rowsIn = (markdown: string): readonly (readonly [flag: string, key: string, byDefault: string])[] =>
  [...markdown.matchAll(/^\| `(--[a-z-]+)` \| `\w+` \| `(\w+)` \|(?: `([^`]*)`)? +\|/gm)].map(
    ([, flag = '', key = '', byDefault = '']) => [flag, key, byDefault],
  );

test('docs/configuration.md tells every default as it is', async () => {
  const rows = rowsIn(await readFile(join(root, 'docs', 'configuration.md'), 'utf8'));
  expect(rows).toHaveLength(CONFIG_FLAGS.size - 1);
  const resolve = (argv: readonly string[]) => resolveConfig({ argv, env: {}, readFile: () => '' });
  const byDefault = resolve([]);
  const given = rows.filter(([, , value]) => value !== '');
  expect(given.filter(([flag, , value]) => !isDeepStrictEqual(resolve([`${flag}=${value}`]), byDefault))).toEqual([]);
  const config: Readonly<Record<string, unknown>> = byDefault.status === 'ok' ? { ...byDefault.config } : {};
  const unset = rows
    .filter(([, , value]) => value === '')
    .map(([, key]) => config[key.startsWith('tls') ? 'tls' : key]);
  expect(unset).toEqual([null, [], null, null, null]);
});

test('the README names settings that exist', async () => {
  const named = flagsIn(await readFile(join(root, 'README.md'), 'utf8'));
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((flag) => !CONFIG_FLAGS.has(flag))).toEqual([]);
});

test('the files that docs/configuration.md shows are taken, and show every field of a price', async () => {
  const markdown = await readFile(join(root, 'docs', 'configuration.md'), 'utf8');
  const files = [...markdown.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => yaml ?? '');
  expect(files.length).toBeGreaterThan(1);
  const outcomes = files.map((yaml) =>
    resolveConfig({
      argv: ['--config', 'c'],
      env: {},
      readFile: (path) => (path === 'c' ? yaml : path.endsWith('.pem') ? '-----BEGIN CERTIFICATE-----' : 'a-secret'),
    }),
  );
  expect(outcomes.flatMap((outcome) => (outcome.status === 'ok' ? [] : outcome.errors))).toEqual([]);
  const prices = outcomes.flatMap((outcome) => (outcome.status === 'ok' ? outcome.config.prices : []));
  expect([...new Set(prices.flatMap((price) => Object.keys(price)))].sort()).toEqual([
    ...['cacheRead', 'cacheWrite', 'from', 'input', 'model', 'output', 'provider', 'reasoning', 'serviceTier', 'until'],
  ]);
});

test('the rules that docs/redaction.md shows are taken, and an error reads as it says', async () => {
  const markdown = await readFile(join(root, 'docs', 'redaction.md'), 'utf8');
  const [yaml = ''] = [...markdown.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text ?? '');
  const resolve = (file: string) =>
    resolveConfig({
      argv: ['--config', 'c'],
      env: {},
      readFile: (path) => (path === 'c' ? file : 'sixteen characters of a salt\n'),
    });
  const outcome = resolve(yaml);
  expect(outcome).toMatchObject({
    status: 'ok',
    config: {
      redaction: [
        { projects: ['shop', 'bank'], enabled: true, options: { salt: 'sixteen characters of a salt' } },
        { projects: ['playground'], enabled: false },
        { projects: ['*'], enabled: true },
      ],
    },
  });
  const broken = resolve(yaml.replace(/ *saltFile.*\n/, ''));
  expect(broken.status === 'invalid' && broken.errors).toEqual([
    'redaction[0].salt: must be a text of 16 characters or more, got nothing (--config)',
  ]);
  expect(markdown.replace(/\s+/g, ' ')).toContain(
    'redaction[0].salt: must be a text of 16 characters or more, got nothing',
  );
});

test('docs/elasticsearch.md tells every setting of the file, and its default as it is', async () => {
  const markdown = await readFile(join(root, 'docs', 'elasticsearch.md'), 'utf8');
  const rows = [...markdown.matchAll(/^\| `([A-Za-z.]+)` \| `([^`]+)` \|/gm)];
  const told = rows.flatMap(([, key = '', value = '']) => (value.startsWith('ELASTICSEARCH_') ? [] : [[key, value]]));
  const { value } = resolveElasticsearch({ url: 'http://es' }, {}, () => '');
  if (value === null) throw new Error('a URL is enough');
  const { connection, lifecycle, ...rest } = value;
  const { requestTimeoutMillis, compression } = connection;
  const phases = Object.entries(lifecycle).map(([key, byDefault]) => [`lifecycle.${key}`, byDefault as unknown]);
  const settings = [...Object.entries({ requestTimeoutMillis, compression, ...rest }), ...phases];
  expect(told.sort()).toEqual(settings.map(([key, byDefault]) => [key, String(byDefault)]).sort());
});
