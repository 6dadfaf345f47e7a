import type { NativeTraceJson } from 'noveum-proto';

import { answering, startAnsweringServer } from '../support/answering-server.js';
import { readDocPage, runScript } from '../support/doc-blocks.js';

const PAGE = readDocPage('sdk.md');

/** What an application prints, and its spans as a collector gets them. */
const outcomeOf = async (name: string) => {
  const backend = await startAnsweringServer(answering(200, { 'content-type': 'application/json' }, '{}'));
  try {
    const { stderr, stdout } = await runScript(await PAGE.scriptOf(name), {
      NOVEUM_ENDPOINT: `http://127.0.0.1:${String(backend.port)}`,
      NOVEUM_COMPRESSION: 'none',
      NOVEUM_LOG_LEVEL: 'error',
    });
    expect(stderr).toBe('');
    const traces = backend.received.flatMap(
      ({ body }) => (JSON.parse(body.toString()) as { readonly traces: readonly NativeTraceJson[] }).traces,
    );
    return { printed: stdout, spans: traces.flatMap(({ spans }) => spans) };
  } finally {
    await backend.close();
  }
};

interface Shown {
  readonly printed?: string;
  /** In the order of their ends, each with attributes that it has. */
  readonly spans: readonly (readonly [name: string, attributes?: object])[];
}

const USED = { 'gen_ai.usage.input_tokens': 21, 'gen_ai.usage.output_tokens': 7 };

const SHOWN: Readonly<Record<string, Shown>> = {
  start: {
    printed: 'No rain in Paris\n',
    spans: [['forecast', { 'input.value': 'Paris', 'output.value': 'No rain in Paris' }]],
  },
  functions: {
    spans: [
      ['execute_tool look-up', { 'gen_ai.tool.call.arguments': 'Paris' }],
      ['chat gpt-4o', { ...USED, 'gen_ai.response.model': 'gpt-4o-2024-08-06', 'llm.cost': 0.0001225 }],
      ['invoke_agent planner', { 'gen_ai.agent.name': 'planner' }],
    ],
  },
  decorators: { printed: '0.5\n', spans: [['execute_tool rain'], ['invoke_agent planner']] },
  steps: {
    spans: [
      ['query the archive', { 'db.system.name': 'sqlite' }],
      ['invoke_workflow answer', { rows: 3 }],
      ['inside'],
      ['warm up'],
      ['its child', { 'error.type': 'Error' }],
      ['by hand'],
    ],
  },
  streams: {
    spans: [
      [
        'chat',
        {
          'gen_ai.response.time_to_first_chunk': expect.any(Number) as unknown,
          'noveum.stream.ending': 'end',
          'gen_ai.output.messages': expect.stringContaining('No rain in Paris') as unknown,
          'gen_ai.usage.output_tokens': 5,
        },
      ],
    ],
  },
  clients: {
    spans: [
      ['chat gpt-4o', { 'gen_ai.provider.name': 'openai', 'gen_ai.usage.input_tokens': 3 }],
      ['invoke_agent Researcher', { 'agent.method': 'research', 'agent.type': 'research' }],
    ],
  },
  context: {
    spans: [['answer', { 'user.id': 'ada', 'session.id': 's-1', 'tag.tags': ['beta'], 'noveum.metadata.plan': 'pro' }]],
  },
  propagation: { printed: 'true\n', spans: [['serve'], ['call']] },
  batches: {
    printed: 'fulfilled fulfilled rejected\n',
    spans: [
      ['forecasts item', { 'batch.success': true }],
      ['forecasts item', { 'batch.success': true }],
      ['forecasts item', { 'batch.success': false }],
      ['forecasts', { 'batch.size': 3, 'batch.successful': 2, 'batch.failed': 1 }],
    ],
  },
  stats: { printed: '1 {} 1 healthy\n', spans: [['answer']] },
};

test('every block of the page is run here', () => {
  expect(PAGE.names).toEqual(Object.keys(SHOWN));
  expect(PAGE.codeBlocks).toBe(PAGE.names.length);
});

test.each(Object.entries(SHOWN))('%s', async (name, { printed, spans: shown }) => {
  const { printed: output, spans } = await outcomeOf(name);
  if (printed !== undefined) expect(output).toBe(printed);
  expect(spans).toMatchObject(shown.map(([spanName, attributes = {}]) => ({ name: spanName, attributes })));
});
