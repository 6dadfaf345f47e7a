import { MILLI, NOON, spanIdOf, spanModel, spansArrive, traceIdOf } from '../../src/store/contract/index.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import { type RunningApi, startApi } from './running-api.js';

const SPANS = 2_500;
const KEY = traceIdOf(0);
const BANK_KEY = traceIdOf(1);
const root = spanModel({ name: 'agent', endUnixNano: NOON + 5_000n * MILLI });

/** Some calls, every fifth below the one before it. */
const calls = Array.from({ length: SPANS - 1 }, (_, at) =>
  spanModel({
    spanId: spanIdOf(at + 1),
    parentSpanId: at % 5 === 4 ? spanIdOf(at) : root.spanId,
    name: `call ${String(at + 1)}`,
    startUnixNano: NOON + BigInt(at + 1) * MILLI,
    endUnixNano: NOON + BigInt(at + 2) * MILLI,
    attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai', 'gen_ai.usage.input_tokens': 10 },
  }),
);

let api: RunningApi;
beforeAll(async () => {
  const { reader, writer } = createMemoryTraceStore();
  await writer.write(spansArrive([root, ...calls]));
  await writer.write(spansArrive([spanModel({ traceId: BANK_KEY })], { project: 'bank' }));
  api = await startApi({ reader });
});
afterAll(() => api.close());

interface SpansReply {
  readonly trace_id: string;
  readonly spans: readonly (Record<string, unknown> & { readonly span_id: string; readonly depth: number })[];
  readonly pagination: {
    readonly total: number;
    readonly limit: number;
    readonly has_more: boolean;
    readonly next_cursor: string | null;
  };
}

const get = async (path: string): Promise<SpansReply> => (await api.get(path)).json() as unknown as SpansReply;

const walk = async (search: string): Promise<SpansReply[]> => {
  const pages: SpansReply[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: SpansReply = await get(`/v1/traces/${KEY}/spans?${search}&cursor=${cursor}`);
    pages.push(page);
    cursor = page.pagination.next_cursor;
  }
  return pages;
};

describe('an outline', () => {
  test('is given in pages of a thousand rows, in tree order', async () => {
    const pages = await walk('view=outline');
    expect(pages.map(({ spans }) => spans.length)).toEqual([1000, 1000, 500]);
    expect(pages[0]).toMatchObject({
      trace_id: KEY,
      pagination: { total: SPANS, total_relation: 'eq', limit: 1000, has_more: true },
    });
    const rows = pages.flatMap(({ spans }) => spans);
    expect(new Set(rows.map((row) => row.span_id)).size).toBe(SPANS);
    expect(rows.slice(0, 7).map((row) => [row.name, row.depth])).toEqual([
      ['agent', 0],
      ['call 1', 1],
      ['call 2', 1],
      ['call 3', 1],
      ['call 4', 1],
      ['call 5', 2],
      ['call 6', 1],
    ]);
    expect(rows[0]).not.toHaveProperty('attributes');
  });

  test('takes up to ten thousand rows at once', async () => {
    const page = await get(`/v1/traces/${KEY}/spans?view=outline&limit=10000`);
    expect(page.spans).toHaveLength(SPANS);
    expect(page.pagination).toMatchObject({ has_more: false, next_cursor: null });
  });

  test("under /api has the clients' shape beside", async () => {
    const { data, success, ...rest } = (await api.get(`/api/v1/traces/${KEY}/spans?view=outline&limit=2`)).json();
    expect(success).toBe(true);
    expect(data).toEqual(rest);
    expect(rest.spans).toHaveLength(2);
  });
});

describe('spans', () => {
  test('are all given whole unless pages are asked for', async () => {
    const all = await get(`/v1/traces/${KEY}/spans`);
    expect(all.spans).toHaveLength(SPANS);
    expect(all).not.toHaveProperty('pagination');
    const pages = await walk('limit=900');
    expect(pages.map(({ spans }) => spans.length)).toEqual([900, 900, 700]);
    expect(pages.flatMap(({ spans }) => spans)).toEqual(all.spans);
  });

  test('one is given whole by its id, in either case', async () => {
    const { span } = (await api.get(`/v1/traces/${KEY}/spans/${spanIdOf(5).toUpperCase()}`)).json();
    expect(span).toMatchObject({
      span_id: spanIdOf(5),
      name: 'call 5',
      parent_span_id: spanIdOf(4),
      attributes: { 'llm.provider': 'openai' },
    });
  });

  test.each([
    [`${KEY}/spans/${spanIdOf(9_999)}`, 404, 'span not found'],
    [`${traceIdOf(9)}/spans/${spanIdOf(1)}`, 404, 'trace not found'],
    [`${BANK_KEY}/spans/${spanIdOf(0)}`, 404, 'trace not found'],
    [`${BANK_KEY}/spans?view=outline`, 404, 'trace not found'],
    [`${KEY}/spans?project=bank`, 403, 'the key belongs to another project'],
    [`${KEY}/spans?view=tree`, 400, 'view must be one of outline, full, got "tree"'],
    [`${KEY}/spans?limit=0`, 400, 'limit must be an integer from 1 to 10000, got "0"'],
    [`${KEY}/spans?limit=10001`, 400, 'limit must be an integer from 1 to 10000, got "10001"'],
    [`${KEY}/spans?cursor=abc`, 400, 'cursor must be the next_cursor of another page, got "abc"'],
    [`${KEY}/spans?colour=red`, 400, 'colour is not a parameter of this route, got "red"'],
    [`${KEY}/spans/${spanIdOf(1)}?limit=1`, 400, 'limit is not a parameter of this route, got "1"'],
  ])('%s is a %i', async (path, status, message) => {
    const reply = await api.get(`/v1/traces/${path}`);
    expect([reply.status, reply.json().message]).toEqual([status, message]);
  });
});

test('a trace has its analytics beside', async () => {
  const { analytics } = (await api.get(`/v1/traces/${KEY}`)).json();
  expect(analytics).toMatchObject({
    total_duration_ms: 5000,
    span_breakdown: { llm_calls: SPANS - 1 - 499, tool_calls: 0, agent_decisions: 0, spans: 1 },
    cost_breakdown: { total_cost: 0 },
  });
});

describe('an agent graph', () => {
  test('is that of a trace, or of the newest that a filter finds', async () => {
    const one = (await api.get(`/v1/agent-graph?trace_id=${KEY}`)).json();
    expect(one).toMatchObject({
      traces: { used: 1, total: 1, total_relation: 'eq' },
      filters_applied: { project: 'shop' },
    });
    expect(one).toMatchObject({ spans: SPANS });
    expect(one.nodes).toMatchObject([{ id: 'llm:openai/unknown', type: 'llm', calls: SPANS - 1 - 499 }]);
    const none = (await api.get('/v1/agent-graph?user_id=nobody')).json();
    expect(none).toMatchObject({ nodes: [], edges: [], traces: { used: 0 }, truncated: false });
    expect((await api.get(`/v1/agent-graph?trace_id=${BANK_KEY}`)).json()).toMatchObject({ nodes: [] });
  });

  test.each([
    ['cursor=abc', 400, 'cursor is not a parameter of this route, got "abc"'],
    ['limit=1001', 400, 'limit must be an integer from 1 to 1000, got "1001"'],
    ['colour=red', 400, 'colour is not a parameter of this route, got "red"'],
    ['project=bank', 403, 'the key belongs to another project'],
  ])('%s is a %i', async (search, status, message) => {
    const reply = await api.get(`/v1/agent-graph?${search}`);
    expect([reply.status, reply.json().message]).toEqual([status, message]);
  });
});
