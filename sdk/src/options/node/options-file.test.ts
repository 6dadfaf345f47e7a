import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { mergeHotUpdate, type NoveumOptions, resolveOptions } from '../index.js';
import {
  followOptionsFile,
  type FoundFile,
  readOptionsFile,
  readSources,
  validateConfig,
  watchOptionsFile,
} from './index.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'noveum-options-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (name: string, content: string): void => writeFileSync(join(directory, name), content);
const read = (environment: Record<string, string> = {}) => readOptionsFile(directory, environment);
const told = (found: FoundFile | undefined): readonly string[] =>
  resolveOptions({ file: found?.file }).problems.map(({ option, rule, value }) => `${option} ${rule}, got ${value}`);

test('without a file there is none', () => {
  expect(read()).toBeUndefined();
});

test('YAML comes before JSON', () => {
  write('noveum-trace.json', '{"project": "json"}');
  expect(resolveOptions({ file: read()?.file }).options.project).toBe('json');
  write('noveum-trace.yml', 'project: yml\nbatch:\n  maxQueueBytes: 2MiB\n');
  expect(resolveOptions({ file: read()?.file }).options).toMatchObject({
    project: 'yml',
    batch: { maxQueueBytes: 2 * 2 ** 20 },
  });
  write('noveum-trace.yaml', 'project: yaml');
  expect(resolveOptions({ file: read()?.file }).options.project).toBe('yaml');
});

test('NOVEUM_CONFIG_FILE names another; one that is not there is a problem', () => {
  write('noveum-trace.json', '{"project": "a"}');
  mkdirSync(join(directory, 'sub'));
  write('sub/own.json', '{"project": "b"}');
  const found = read({ NOVEUM_CONFIG_FILE: 'sub/own.json' });
  expect(resolveOptions({ file: found?.file }).options.project).toBe('b');
  expect(told(read({ NOVEUM_CONFIG_FILE: 'none.json' }))).toEqual([
    'NOVEUM_CONFIG_FILE must name a file that can be read, got ENOENT',
  ]);
});

test.each([
  ['noveum-trace.json', '{"apiKey": hunter2}', /^noveum-trace\.json must be JSON, got something else$/],
  ['noveum-trace.yaml', 'apiKey: [hunter2', /^noveum-trace\.yaml must be YAML at line \d+, column \d+, got something/],
  [
    'noveum-trace.yaml',
    '- hunter2',
    /^noveum-trace\.yaml must be an object of options in noveum-trace\.yaml, got \[secret\]$/,
  ],
])('%s with %j is told without what stands there', (name, content, expected) => {
  write(name, content);
  expect(told(read())).toEqual([expect.stringMatching(expected)]);
  expect(told(read()).join()).not.toContain('hunter2');
});

test('YAML without its parser says what to install', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'noveum-options-'));
  const [, script] = process.argv;
  try {
    process.argv[1] = join(elsewhere, 'main.js');
    writeFileSync(join(elsewhere, 'noveum-trace.yaml'), 'project: a');
    expect(told(readOptionsFile(elsewhere, {}))).toEqual([
      'noveum-trace.yaml needs the package yaml, which is not installed: npm install yaml, or write JSON, got no such package',
    ]);
  } finally {
    process.argv[1] = script ?? '';
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test('a change is told, also when the file is replaced, until it is closed', async () => {
  write('noveum-trace.json', '{"project": "before"}');
  const before = read()!;
  let closed = (): void => {};
  const changed = new Promise<FoundFile | undefined>((resolve) => {
    const watched = watchOptionsFile({
      found: before,
      directory,
      environment: {},
      intervalMillis: 5,
      onChange: resolve,
    });
    closed = () => watched.close();
  });
  write('next', '{"project": "after, and longer"}');
  renameSync(join(directory, 'next'), before.path);
  // The watcher alone doesn't keep a process alive.
  const alive = setInterval(() => {}, 1_000);
  const found = await changed;
  clearInterval(alive);
  closed();
  closed();
  expect(found?.file).toEqual({ name: 'noveum-trace.json', values: { project: 'after, and longer' } });
});

describe('a file that is followed', () => {
  const follow = () => {
    const told: string[] = [];
    const found = read();
    const sources = { code: { timeoutMillis: 5 }, file: found?.file, environment: {}, found, directory };
    let current = resolveOptions(sources).options;
    let settle = (): void => {};
    const followed = followOptionsFile({
      sources,
      resolved: current,
      current: () => current,
      intervalMillis: 5,
      onUpdate: (next) => {
        current = next;
        settle();
      },
      tell: (message) => {
        told.push(message);
        settle();
      },
    });
    return {
      told,
      followed,
      current: () => current,
      configure: (patch: NoveumOptions) => (current = mergeHotUpdate(current, patch).options),
      next: async (content: string): Promise<void> => {
        const settled = new Promise<void>((resolve) => (settle = resolve));
        const alive = setInterval(() => {}, 1_000);
        write('noveum-trace.json', content);
        await settled;
        clearInterval(alive);
      },
    };
  };

  test('changes what may change; the rest is told, and so is what is wrong', async () => {
    write('noveum-trace.json', '{"sampling": {"ratio": 0.5, "rateLimit": 3}}');
    const { told, followed, current, configure, next } = follow();
    configure({ captureContent: true });
    await next('{"sampling": {"ratio": 0.25}}');
    expect(current()).toMatchObject({ sampling: { ratio: 0.25, rateLimit: null }, captureContent: true });
    await next('{"sampling": {"ratio": 7}, "logLevel": "debug"}');
    expect(told.splice(0)).toEqual([expect.stringContaining('sampling.ratio must be a number from 0 to 1')]);
    expect(current()).toMatchObject({ sampling: { ratio: 0.25 }, logLevel: 'info' });
    await next('{"sampling": {"ratio": 0.25}, "worker": false, "timeoutMillis": 9}');
    expect(told).toEqual(['changed in the file, but taken at the next start only: worker']);
    expect(current()).toMatchObject({ worker: true, timeoutMillis: 5 });
    followed.close();
  });

  test('that was never there is not looked for', () => {
    const { followed, current } = follow();
    followed.close();
    expect(current().timeoutMillis).toBe(5);
  });
});

test('validateConfig goes by code, file and environment of this process', () => {
  const before = process.env['NOVEUM_LOG_LEVEL'];
  try {
    process.env['NOVEUM_LOG_LEVEL'] = 'loud';
    expect(validateConfig({ timeoutMillis: -1 })).toEqual([
      { option: 'timeoutMillis', rule: 'must be an integer from 1 to 3600000', value: '-1' },
      {
        option: 'NOVEUM_LOG_LEVEL',
        rule: 'must be one of none, error, warn, info, debug, verbose, all',
        value: '"loud"',
      },
    ]);
    expect(readSources({}).environment?.['NOVEUM_LOG_LEVEL']).toBe('loud');
  } finally {
    if (before === undefined) delete process.env['NOVEUM_LOG_LEVEL'];
    else process.env['NOVEUM_LOG_LEVEL'] = before;
  }
});
