import { answering, startAnsweringServer } from '../support/answering-server.js';
import { readDocPage, runScript } from '../support/doc-blocks.js';

const PAGE = readDocPage('sdk-processors.md');

const forLine3 = (code: string): string =>
  code
    .replace('@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-trace')
    .replaceAll('BasicTracerProvider', 'TracerProvider')
    .replace('new BatchSpanProcessor(noveum)', 'new BatchSpanProcessor({ exporter: noveum })');

const LINES = [
  { line: '2.12', directory: 'sdk', written: (code: string) => code },
  { line: '3.1', directory: 'examples/opentelemetry-3', written: forLine3 },
] as const;
type Line = (typeof LINES)[number];

const output = async (
  name: string,
  { directory, written }: Line = LINES[0],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> => {
  const { stdout } = await runScript(written(await PAGE.scriptOf(name)), environment, directory);
  return stdout;
};

test('every block of the page is run here', () => {
  expect([...PAGE.names].sort()).toEqual([
    'costs',
    'encryption',
    'exporter',
    'gen-ai',
    'processor',
    'redacting',
    'samplers',
  ]);
  expect(PAGE.codeBlocks).toBe(PAGE.names.length);
});

describe.each(LINES)('with OpenTelemetry $line', (line) => {
  test.each([
    ['processor', /"name":"mail to \[EMAIL\]"/],
    ['exporter', /sell/],
  ])('%s', async (name, sent) => {
    const backend = await startAnsweringServer(answering(200, { 'content-type': 'application/json' }, '{}'));
    const environment = { COLLECTOR: `http://127.0.0.1:${backend.port}`, NOVEUM_COMPRESSION: 'none' };
    const printed = await output(name, line, environment);
    const bodies = backend.received.map(({ body }) => body.toString()).join('');
    await backend.close();
    expect(printed).toBe('1 healthy\n');
    expect(bodies).toMatch(sent);
  });
});

test('redacting', async () => {
  const printed = await output('redacting');
  expect(printed).toContain('mail to [EMAIL]');
  expect(printed).toMatch(/paid: 'with \*.*1111'/);
  expect(printed).not.toMatch(/ada@|Ada|4111/);
});

test('gen-ai', async () => {
  expect(await output('gen-ai')).toMatch(/'gen_ai\.operation\.name': 'chat',\s+'gen_ai\.request\.model': 'gpt-4o'/);
});

test('costs', async () => {
  expect(await output('costs')).toMatch(/'llm\.cost': 3,\s+'noveum\.price_book': 'genai-prices .* own [0-9a-f]{8}'/);
});

test('encryption', async () => {
  const printed = await output('encryption');
  expect(printed).toMatch(/^enc:v1:[\w-]+$/m);
  expect(printed).toMatch(/status: 'decrypted',\s+value: 'Will it rain in Paris\?',\s+keyId: '2026-11'/);
});

test('samplers', async () => {
  expect(await output('samplers')).toBe('10 of 100\n');
});

test('the example with OpenTelemetry 3.x prints a cost', async () => {
  const { stdout } = await runScript("import './main.mjs';", {}, 'examples/opentelemetry-3');
  expect(stdout).toMatch(/'telemetry\.sdk\.version': '3\./);
  expect(stdout).toMatch(/'llm\.cost': 0\.01225/);
});
