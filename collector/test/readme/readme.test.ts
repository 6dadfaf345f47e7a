import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';
import { describeWithTool, type Tool } from '../support/tools.js';
import { root, runSnippet, type SnippetRun } from './run-snippet.js';
import { readSnippets, type Snippet } from './snippets.js';

const INSTALL_TIMEOUT_MILLIS = 240_000;
const VISIBLE_WITHIN_MILLIS = 5_000;

let snippets: readonly Snippet[] = [];
let home = '';
let collector: CollectorProcess;

beforeAll(async () => {
  snippets = readSnippets(await readFile(join(root, 'README.md'), 'utf8'));
});

const withCollector = (): void => {
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'noveum-readme-'));
    await mkdir(join(home, 'data'), { mode: 0o700 });
    collector = await startCollectorProcess({ dataDir: join(home, 'data') });
  });

  afterEach(async () => {
    await collector.stop();
    await rm(home, { recursive: true, force: true });
  });
};

const run = async (name: string): Promise<string> => {
  const snippet = snippets.find(({ mark, value }) => mark === 'test' && value === name);
  if (snippet === undefined) throw new Error(`README.md has no block marked "test: ${name}"`);
  const result: SnippetRun = await runSnippet(snippet.code, collector);
  expect(result).toMatchObject({ code: 0 });
  return result.stdout;
};

/** What was acknowledged is readable within a second: asks again until then. */
const readUntil = async (read: () => Promise<string>, holds: (answer: string) => boolean): Promise<string> => {
  const deadline = Date.now() + VISIBLE_WITHIN_MILLIS;
  for (;;) {
    const answer = await read();
    if (holds(answer) || Date.now() > deadline) return answer;
    await pause(50);
  }
};

const getTrace = (id: string) => async (): Promise<string> => (await fetch(`${collector.http}/v1/traces/${id}`)).text();

describe('every block of the README', () => {
  const TESTED = new Set([
    'send-native',
    'send-otlp-json',
    'send-python',
    'send-go',
    'send-javascript',
    'send-sdk',
    'read-list',
    'read-one',
    'search',
    'sums',
    'export',
    'rederive',
    'keys',
    'backup',
    'operate',
  ]);

  test('is run by a test here, or says why not', () => {
    const shell = snippets.filter(({ language }) => language === 'bash');
    expect(shell.filter(({ mark }) => mark === null)).toEqual([]);
    expect(new Set(shell.filter(({ mark }) => mark === 'test').map(({ value }) => value))).toEqual(TESTED);
  });

  test('that shows a file shows it as it is', async () => {
    const shown = snippets.filter(({ mark }) => mark === 'file');
    expect(shown).toHaveLength(4);
    for (const { value, code } of shown) expect(code).toBe(await readFile(join(root, value), 'utf8'));
  });
});

describeWithTool('curl', 'the README with curl', () => {
  withCollector();

  test('a native trace is taken, listed by its filters and read by any form of its id', async () => {
    expect(JSON.parse(await run('send-native'))).toMatchObject({ success: true, ingested_count: 1 });

    const list = await readUntil(
      () => run('read-list'),
      (answer) => answer.includes('answer a question'),
    );
    expect(JSON.parse(list)).toMatchObject({ traces: [{ name: 'answer a question', span_count: 1 }] });

    const one = await run('read-one');
    expect(one).toContain('Yes, take an umbrella.');
    expect(one).toContain('"resourceSpans"');

    expect(JSON.parse(await run('search'))).toMatchObject({
      traces: [{ name: 'answer a question', matches: [{ field: 'response', highlights: [{}] }] }],
    });
    const [summary = '', series = '', facets = ''] = (await run('sums')).split(/(?<=\})(?=\{)/);
    expect(JSON.parse(summary)).toMatchObject({ summary: { total_traces: 1, unique_users: 1 } });
    expect(series).toContain('gpt-4o');
    expect(JSON.parse(facets)).toMatchObject({ facets: { model: { values: [{ value: 'gpt-4o', count: 1 }] } } });
    expect(JSON.parse(await run('rederive'))).toMatchObject({ traces: 1 });

    const [line = ''] = (await run('export')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ name: 'answer a question', spans: [{ name: 'chat gpt-4o' }] });
  });

  test('an OTLP/JSON request is taken and read back', async () => {
    expect(JSON.parse(await run('send-otlp-json'))).toEqual(expect.objectContaining({}));
    const trace = await readUntil(getTrace('4bf92f3577b34da6a3ce929d0e0e4736'), (answer) => answer.includes('gpt-4o'));
    expect(trace).toContain('chat gpt-4o');
  });

  test('a key is made while the collector runs, opens the door, and is listed without itself', async () => {
    const output = await run('keys');
    expect(output).toMatch(/"success":\s*true/);
    expect(output).toContain('nv_dev_');
    expect(output).not.toMatch(/nv_dev_[A-Za-z0-9]{32}/);
    expect((await fetch(`${collector.http}/v1/traces`)).status).toBe(401);
  });

  test('a backup of the running collector is restored, and a collector on it has the traces', async () => {
    await run('send-native');
    await readUntil(getTrace('6f9619ff8b86d011b42d00cf4fc964ff'), (answer) => answer.includes('umbrella'));
    await run('backup');
    const restored = await startCollectorProcess({ dataDir: join(home, 'noveum-restored') });
    try {
      const answer = await fetch(`${restored.http}/v1/traces/6f9619ff8b86d011b42d00cf4fc964ff`);
      expect(await answer.text()).toContain('umbrella');
    } finally {
      await restored.stop();
    }
  });

  test('health and metrics answer', async () => {
    const output = await run('operate');
    expect(output).toContain('healthy');
    expect(output).toMatch(/^noveum_/m);
  });
});

const LANGUAGES: readonly (readonly [string, readonly Tool[]])[] = [
  ['python', ['python3']],
  ['go', ['go']],
  ['javascript', []],
  ['sdk', []],
];

for (const [language, tools] of LANGUAGES) {
  describeWithTool(tools, `the README's example in ${language}`, () => {
    withCollector();

    test(
      'sends a trace of two spans that is read back',
      async () => {
        const traceId = (await run(`send-${language}`)).trim();
        expect(traceId).toMatch(/^[0-9a-f]{32}$/);
        const trace = await readUntil(getTrace(traceId), (answer) => answer.includes('gpt-4o'));
        expect(trace).toContain('invoke_agent weather');
        expect(trace).toContain('gen_ai.usage.input_tokens');
      },
      INSTALL_TIMEOUT_MILLIS,
    );
  });
}
