import { batchOfSpans, spanIdOf, traceIdOf } from '../../../test/support/requests.js';
import { systemClock } from '../index.js';
import { createConsoleExporter } from './index.js';

const never = new AbortController().signal;
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const int = (key: string, value: number) => ({ key, value: { intValue: String(value) } });

const T = 1_764_000_000_000_000_000n;
const MS = 1_000_000n;

const agent = batchOfSpans([
  { traceId: traceIdOf(1), spanId: spanIdOf(1), name: 'invoke_agent planner', endNanos: T + 2000n * MS },
  {
    traceId: traceIdOf(1),
    spanId: spanIdOf(2),
    parentSpanId: spanIdOf(1),
    name: 'chat gpt-4o',
    startNanos: T + 1n * MS,
    endNanos: T + 1001n * MS,
    attributes: [
      text('gen_ai.operation.name', 'chat'),
      text('gen_ai.provider.name', 'openai'),
      text('gen_ai.request.model', 'gpt-4o'),
      int('gen_ai.usage.input_tokens', 1200),
      int('gen_ai.usage.output_tokens', 80),
      { key: 'gen_ai.usage.cost', value: { doubleValue: 0.0038 } },
      text('gen_ai.input.messages', '[{"role":"user","parts":[{"type":"text","content":"a secret prompt"}]}]'),
    ],
  },
  {
    traceId: traceIdOf(1),
    spanId: spanIdOf(3),
    parentSpanId: spanIdOf(2),
    name: 'POST',
    startNanos: T + 2n * MS,
    endNanos: T + 900n * MS,
  },
  {
    traceId: traceIdOf(1),
    spanId: spanIdOf(4),
    parentSpanId: spanIdOf(1),
    name: 'execute_tool\u001b[2J search',
    startNanos: T + 1100n * MS,
    endNanos: T + 1100n * MS + 250_000n,
    status: { code: 2, message: 'no answer to the secret prompt' },
    attributes: [text('error.type', 'TimeoutError'), text('gen_ai.operation.name', 'execute_tool')],
  },
]);

const shown = async (colours: boolean): Promise<string> => {
  let written = '';
  const exporter = createConsoleExporter({ write: (part) => (written += part), colours, clock: systemClock });
  expect(await exporter.export(agent, never)).toEqual({ status: 'delivered' });
  return written;
};

it('shows a trace as a tree, with durations, tokens, cost and kinds of errors', async () => {
  expect(await shown(false)).toBe(
    [
      `trace ${traceIdOf(1)}  shop  2.00 s  4 spans  1,280 tokens  $0.00380  1 error`,
      '└─ invoke_agent planner  2.00 s',
      '   ├─ chat gpt-4o  llm  1.00 s  1,200 → 80 tokens  $0.00380',
      '   │  └─ POST  898 ms',
      '   └─ execute_tool�[2J search  tool  250 µs  ✗ TimeoutError',
      '',
    ].join('\n'),
  );
});

it('is coloured where it is told to be, and says the same', async () => {
  const coloured = await shown(true);
  expect(coloured).toContain('\u001b[31m✗ TimeoutError\u001b[39m');

  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(await shown(false));
});

it('shows 200 spans of a trace, and how many more there are', async () => {
  let written = '';
  const exporter = createConsoleExporter({ write: (part) => (written += part), clock: systemClock });
  const spans = Array.from({ length: 230 }, (_, at) => ({ traceId: traceIdOf(1), spanId: spanIdOf(at + 1) }));
  await exporter.export(batchOfSpans(spans), never);
  expect(written.split('\n')).toHaveLength(1 + 200 + 1 + 1);
  expect(written).toContain('… and 30 more');
});

it('rejects what nobody takes', async () => {
  const write = (): void => {
    throw new Error('EPIPE');
  };
  expect(await createConsoleExporter({ write, clock: systemClock }).export(agent, never)).toEqual({
    status: 'rejected',
    rejectedSpans: 4,
    reason: 'not_written',
  });
});
