import { createHash } from 'node:crypto';

import { type SpanDocument, spanMessages, type TraceDocument } from 'noveum-proto';

import { readUntilThere, untilItHolds } from '../clients/read-trace.js';
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

const NANOS = 1_795_200_000_000_000_000n;
const at = (millis: number): string => String(NANOS + BigInt(millis) * 1_000_000n);

type Value = string | number | readonly Value[] | { readonly [name: string]: Value };

const anyValue = (value: Value): object => {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: (value as readonly Value[]).map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as Readonly<Record<string, Value>>) } };
};

const keyValues = (values: Readonly<Record<string, Value>>): object[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));

const resource = { attributes: keyValues({ 'service.name': 'judge' }) };
const ROOT = '00000000000000a0';
const DETAILED = '00000000000000a1';
const TOLD = '00000000000000a2';

interface Request {
  readonly route: 'traces' | 'logs';
  readonly body: (traceId: string) => object;
}

const spans = (...sent: readonly object[]): Request => ({
  route: 'traces',
  body: (traceId) => ({
    resourceSpans: [{ resource, scopeSpans: [{ spans: sent.map((span) => ({ traceId, ...span })) }] }],
  }),
});

const log = (record: object): Request => ({
  route: 'logs',
  body: (traceId) => ({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [{ traceId, ...record }] }] }] }),
});

const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai' };

const calls = spans(
  { spanId: ROOT, name: 'request', startTimeUnixNano: at(0), endTimeUnixNano: at(900) },
  {
    spanId: DETAILED,
    parentSpanId: ROOT,
    name: 'chat',
    startTimeUnixNano: at(10),
    endTimeUnixNano: at(100),
    attributes: keyValues({ 'gen_ai.operation.name': 'chat' }),
  },
  {
    spanId: TOLD,
    parentSpanId: ROOT,
    name: 'chat gpt-4o',
    startTimeUnixNano: at(200),
    endTimeUnixNano: at(300),
    attributes: keyValues({
      ...chat,
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.id': 'resp_2',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
    }),
    events: [
      {
        name: 'gen_ai.evaluation.result',
        timeUnixNano: at(290),
        attributes: keyValues({ 'gen_ai.evaluation.name': 'toxicity', 'gen_ai.evaluation.score.value': 0.25 }),
      },
    ],
  },
);

const details = log({
  spanId: DETAILED,
  eventName: 'gen_ai.client.inference.operation.details',
  timeUnixNano: at(100),
  attributes: keyValues({
    ...chat,
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': 21,
    'gen_ai.usage.output_tokens': 7,
    'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'Weather in Paris?' }] }],
    'gen_ai.output.messages': [
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: { city: 'Paris' } }],
        finish_reason: 'tool_call',
      },
    ],
  }),
});

/** As the conventions to 1.36 have them: the name is an attribute, what was said is the body. */
const asked = log({
  spanId: TOLD,
  timeUnixNano: at(201),
  body: anyValue({ content: 'Say hello' }),
  attributes: keyValues({ 'event.name': 'gen_ai.user.message', 'gen_ai.system': 'openai' }),
});

const answered = log({
  spanId: TOLD,
  eventName: 'gen_ai.choice',
  timeUnixNano: at(299),
  body: anyValue({ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello world!' } }),
  attributes: keyValues({ 'gen_ai.system': 'openai' }),
});

const judged = (name: string, value: number, more: Readonly<Record<string, Value>> = {}) => ({
  eventName: 'gen_ai.evaluation.result',
  timeUnixNano: at(500),
  attributes: keyValues({ 'gen_ai.evaluation.name': name, 'gen_ai.evaluation.score.value': value, ...more }),
});

const bySpan = log({ spanId: DETAILED, ...judged('relevance', 0.5, { 'gen_ai.evaluation.score.label': 'fair' }) });
const byResponse = log(judged('style', 1, { 'gen_ai.response.id': 'resp_2' }));
const byNothing = log(judged('overall', 0.75, { 'gen_ai.evaluation.explanation': 'good on the whole' }));

const ALL = [calls, details, asked, answered, bySpan, byResponse, byNothing];

describe('events that come as log records', () => {
  let collector: CollectorProcess;
  beforeAll(async () => {
    collector = await startCollectorProcess();
  });
  afterAll(() => collector.stop());

  const send = async ({ body, route }: Request, traceId: string): Promise<void> => {
    const response = await fetch(`${collector.http}/v1/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body(traceId)),
    });
    expect(response.status).toBe(200);
  };

  const read = async (traceId: string): Promise<TraceDocument> =>
    (await readUntilThere<{ trace: TraceDocument }>(`${collector.http}/v1/traces/${traceId}`)).trace;

  const sendAll = async (requests: readonly Request[], name: string): Promise<string> => {
    const traceId = createHash('md5').update(name).digest('hex');
    for (const request of requests) await send(request, traceId);
    return traceId;
  };

  const ORDERS: readonly (readonly [string, readonly Request[]])[] = [
    ['after the spans', ALL],
    ['before the spans', [details, asked, answered, bySpan, byResponse, byNothing, calls]],
    ['before, after, and more than once', [byResponse, answered, details, calls, bySpan, details, asked, byNothing]],
  ];

  test.each(ORDERS)('%s say the same of span and trace', async (order, requests) => {
    const traceId = await sendAll(requests, order);
    await untilItHolds(async () => {
      const document = await read(traceId);
      const [root, detailed, told] = document.spans as readonly [SpanDocument, SpanDocument, SpanDocument];
      expect(root.type).toBe('span');
      expect(detailed).toMatchObject({
        type: 'llm',
        attributes: { 'llm.model': 'gpt-4o-mini', 'llm.provider': 'openai', 'llm.total_tokens': 28 },
        scores: [{ name: 'relevance', value: 0.5, label: 'fair' }],
      });
      expect(spanMessages(detailed)).toMatchObject({
        input: [{ role: 'user', parts: [{ type: 'text', content: 'Weather in Paris?' }] }],
        output: [{ parts: [{ type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: { city: 'Paris' } }] }],
      });
      expect(spanMessages(told)).toMatchObject({
        input: [{ role: 'user', parts: [{ type: 'text', content: 'Say hello' }] }],
        output: [{ role: 'assistant', parts: [{ type: 'text', content: 'Hello world!' }], finish_reason: 'stop' }],
      });
      expect(told.scores).toEqual([
        { name: 'toxicity', value: 0.25 },
        { name: 'style', value: 1 },
      ]);
      expect(document.scores).toEqual(
        expect.arrayContaining([
          { name: 'relevance', value: 0.5, label: 'fair', span_id: DETAILED },
          { name: 'toxicity', value: 0.25, span_id: TOLD },
          { name: 'style', value: 1, span_id: TOLD },
          { name: 'overall', value: 0.75, explanation: 'good on the whole' },
        ]),
      );
      expect(document.scores).toHaveLength(4);
      // What names no span is still an event of the trace.
      expect(document.events.map(({ name }) => name)).toEqual(['gen_ai.evaluation.result', 'gen_ai.evaluation.result']);
      expect(document).toMatchObject({
        span_count: 3,
        attributes: { total_tokens: 43, total_input_tokens: 31, total_output_tokens: 12 },
        models: ['gpt-4o', 'gpt-4o-mini'],
        providers: ['openai'],
      });
    });
  });

  test('events on the span itself say it to the list too', async () => {
    const traceId = createHash('md5').update('on the span').digest('hex');
    const { attributes, eventName, timeUnixNano } = {
      eventName: 'gen_ai.client.inference.operation.details',
      timeUnixNano: at(90),
      attributes: keyValues({ ...chat, 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 3 }),
    };
    const span = {
      spanId: ROOT,
      name: 'chat',
      startTimeUnixNano: at(0),
      endTimeUnixNano: at(90),
      events: [{ name: eventName, timeUnixNano, attributes }],
    };
    await send(spans(span), traceId);
    await untilItHolds(async () => {
      const document = await read(traceId);
      const { traces } = await readUntilThere<{ traces: TraceDocument[] }>(`${collector.http}/v1/traces`);
      const entry = traces.find(({ trace_id }) => trace_id === traceId);
      for (const shown of [document, entry])
        expect(shown).toMatchObject({
          attributes: { total_tokens: 3 },
          models: ['gpt-4o'],
          providers: ['openai'],
          span_types: ['llm'],
        });
    });
  });

  test('a failure that a sender tells in its own way is one in lists too', async () => {
    const traceId = createHash('md5').update('by level').digest('hex');
    const attributes = keyValues({
      'langfuse.observation.type': 'generation',
      'langfuse.observation.level': 'ERROR',
      'langfuse.observation.status_message': 'no such model',
    });
    await send(
      spans({ spanId: ROOT, name: 'bad', startTimeUnixNano: at(0), endTimeUnixNano: at(9), attributes }),
      traceId,
    );
    await untilItHolds(async () => {
      const document = await read(traceId);
      const { traces } = await readUntilThere<{ traces: TraceDocument[] }>(
        `${collector.http}/v1/traces?has_error=true`,
      );
      const entry = traces.find(({ trace_id }) => trace_id === traceId);
      for (const shown of [document, entry])
        expect(shown).toMatchObject({ status: 'error', error_count: 1, has_error: true, error_types: ['_OTHER'] });
    });
  });

  test('in whatever order they come, one document comes of them', async () => {
    const traceIds: string[] = [];
    for (const [order, requests] of ORDERS) traceIds.push(await sendAll(requests, `${order}, once more`));
    await untilItHolds(async () => {
      const [first, ...others] = await Promise.all(
        traceIds.map(async (traceId) => {
          const { ingested_at: _in, processed_at: _done, ...document } = await read(traceId);
          return JSON.parse(JSON.stringify(document).replaceAll(traceId, 'the trace')) as object;
        }),
      );
      for (const other of others) expect(other).toEqual(first);
    });
  });
});
