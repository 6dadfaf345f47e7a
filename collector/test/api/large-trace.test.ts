import { MILLI, NOON, spanIdOf, spanModel, encodeSpans, traceIdOf } from '../../src/store/contract/index.js';
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

const SPANS = 900;
const KEY = traceIdOf(0);

/** A megabyte and more: too much for the thread that answers lists. */
const spans = Array.from({ length: SPANS }, (_, at) =>
  spanModel({
    spanId: spanIdOf(at),
    parentSpanId: at === 0 ? null : spanIdOf(Math.floor((at - 1) / 3)),
    name: `step ${String(at % 7)}`,
    startUnixNano: NOON + BigInt(at) * MILLI,
    endUnixNano: NOON + BigInt(at + 5) * MILLI,
    attributes: {
      'gen_ai.operation.name': at % 10 === 0 ? 'invoke_agent' : 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.prompt.0.content': 'some words and then more of them '.repeat(30),
    },
  }),
);

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await startCollectorProcess();
  for (let from = 0; from < SPANS; from += 250) {
    const body = new Uint8Array(encodeSpans(spans.slice(from, from + 250)));
    const headers = { 'content-type': 'application/x-protobuf' };
    const { status } = await fetch(`${collector.http}/v1/traces`, { method: 'POST', headers, body });
    expect(status).toBe(200);
  }
  const isStored = async (): Promise<boolean> => {
    const { pagination } = await get(`/v1/traces/${KEY}/spans?view=outline&limit=1`);
    return (pagination as { total?: number } | undefined)?.total === SPANS;
  };
  while (!(await isStored())) await new Promise((resolve) => setTimeout(resolve, 50));
}, 60_000);
afterAll(() => collector.stop());

const get = async (path: string): Promise<Record<string, unknown>> =>
  (await (await fetch(collector.http + path)).json()) as Record<string, unknown>;

interface Row {
  readonly span_id: string;
  readonly tokens: { readonly total: number } | null;
  readonly usage_counts: boolean;
  readonly cost: number | null;
  readonly cost_counts: boolean;
}

const outline = async (): Promise<Row[]> =>
  (await get(`/v1/traces/${KEY}/spans?view=outline&limit=10000`)).spans as Row[];

test('a large trace is given whole, as OTLP, as spans, in pages and span by span', async () => {
  const { trace, analytics } = await get(`/v1/traces/${KEY}`);
  const whole = (trace as { spans: { span_id: string }[] }).spans;
  expect(whole).toHaveLength(SPANS);
  expect((await get(`/v1/traces/${KEY}/spans`)).spans).toEqual(whole);
  expect((await get(`/v1/traces/${KEY}/spans?limit=500`)).spans).toEqual(whole.slice(0, 500));
  expect((await get(`/v1/traces/${KEY}/spans?limit=20`)).spans).toEqual(whole.slice(0, 20));
  for (const at of [0, 777, 899])
    expect((await get(`/v1/traces/${KEY}/spans/${spanIdOf(at)}`)).span).toEqual(whole[at]);
  expect(await get(`/v1/traces/${KEY}?format=otlp`)).toHaveProperty('resourceSpans');
  expect(analytics).toMatchObject({ total_duration_ms: 904, span_breakdown: { agent_decisions: 90 } });
});

test('sums over its outline are those of the trace', async () => {
  const rows = await outline();
  const { trace } = await get(`/v1/traces/${KEY}`);
  const { attributes } = trace as { attributes: Record<string, number> };
  const tokens = rows.reduce((sum, row) => sum + (row.usage_counts ? (row.tokens?.total ?? 0) : 0), 0);
  const cost = rows.reduce((sum, row) => sum + (row.cost_counts ? (row.cost ?? 0) : 0), 0);
  expect(tokens).toBe(attributes.total_tokens);
  expect(cost).toBeCloseTo(attributes.total_cost ?? 0, 9);
  expect(cost).toBeGreaterThan(0);
});
