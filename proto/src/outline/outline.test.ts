import fc from 'fast-check';

import { logsFragment, spansFragment } from '../../test/fragments.js';
import { createDerive } from '../dialects/index.js';
import { type Fragment, toTraceDocument } from '../document/index.js';
import { createPriceBook } from '../pricing/index.js';
import { outlineOf, readOutline } from './index.js';

const TRACE = '0f8fad5bd9cb469fa16570867728950e';
const traceId = Buffer.from(TRACE, 'hex');
const idOf = (number: number): string => `a${String(number)}`.repeat(8);
const spanIdOf = (number: number): Uint8Array => Buffer.from(idOf(number), 'hex');
const prices = createPriceBook();

const VALUES: Readonly<Record<string, readonly object[]>> = {
  'gen_ai.operation.name': ['chat', 'invoke_agent', 'execute_tool'].map((stringValue) => ({ stringValue })),
  'openinference.span.kind': ['LLM', 'AGENT', 'CHAIN', 'TOOL'].map((stringValue) => ({ stringValue })),
  'gen_ai.request.model': [{ stringValue: 'gpt-4o' }, { stringValue: 'm2' }],
  'gen_ai.system': [{ stringValue: 'openai' }, { stringValue: 'Anthropic' }],
  'gen_ai.usage.input_tokens': [{ intValue: 10 }, { intValue: 20 }, { arrayValue: { values: [{ intValue: 1 }] } }],
  'gen_ai.usage.output_tokens': [{ intValue: 1 }, { doubleValue: 2 }, { stringValue: '3' }],
  'gen_ai.usage.cache_read.input_tokens': [{ intValue: 4 }, { intValue: 40 }],
  'llm.cost.total': [{ doubleValue: 0.5 }],
  'gen_ai.response.id': [{ stringValue: 'r1' }, { stringValue: 'r2' }],
  'gen_ai.agent.name': [{ stringValue: 'planner' }],
  'gen_ai.tool.name': [{ stringValue: 'search' }],
  from_agent: [{ stringValue: 'a' }],
  to_agent: [{ stringValue: 'b' }],
};

const attributes = fc
  .record(Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(...values)])), {
    requiredKeys: [],
  })
  .map((record) => Object.entries(record).map(([key, value]) => ({ key, value })));

const WHOLE = 'gen_ai.client.inference.operation.details';

const span = fc
  .record({
    number: fc.nat(4),
    parent: fc.option(fc.nat(5)),
    start: fc.nat(5),
    length: fc.option(fc.nat(5), { freq: 4 }),
    name: fc.constantFrom('step', 'handoff to writer'),
    kind: fc.nat(6),
    code: fc.nat(2),
    attributes,
    events: fc.array(
      fc.record({ name: fc.constantFrom(WHOLE, 'exception'), attributes, timeUnixNano: fc.constant(7) }),
      { maxLength: 1 },
    ),
  })
  .map(({ code, length, number, parent, start, ...rest }) => ({
    traceId,
    spanId: spanIdOf(number),
    ...(parent === null ? {} : { parentSpanId: spanIdOf(parent) }),
    startTimeUnixNano: start + 1,
    ...(length === null ? {} : { endTimeUnixNano: start + 1 + length }),
    status: { code },
    ...rest,
  }));

const spans = fc
  .record({
    scope: fc.constantFrom('openai', 'langchain', 'logfire', ''),
    service: fc.constantFrom('api', 'worker'),
    sent: fc.array(span, { minLength: 1, maxLength: 4 }),
  })
  .map(({ scope: name, sent, service }) =>
    spansFragment({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
          scopeSpans: [{ scope: { name }, spans: sent }],
        },
      ],
    }),
  );

const logs = fc
  .array(fc.record({ number: fc.option(fc.nat(6)), eventName: fc.constantFrom(WHOLE, 'gen_ai.choice'), attributes }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((records) =>
    logsFragment({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: records.map(({ number, ...rest }) => ({
                traceId,
                ...(number === null ? {} : { spanId: spanIdOf(number) }),
                timeUnixNano: 3,
                ...rest,
              })),
            },
          ],
        },
      ],
    }),
  );

const native = fc
  .array(
    fc.record({
      number: fc.nat(4),
      parent: fc.option(fc.nat(5)),
      millis: fc.nat(5),
      type: fc.constantFrom('tool', 'odd'),
    }),
    {
      maxLength: 3,
    },
  )
  .map((sent) => ({
    ...spansFragment({ resourceSpans: [] }),
    kind: 'native' as const,
    payload: Buffer.from(
      JSON.stringify({
        trace_id: '0F8FAD5B-D9CB-469F-A165-70867728950E',
        name: 'native',
        start_time: '1970-01-01T00:00:00Z',
        spans: sent.map(({ millis, number, parent, type }) => ({
          span_id: idOf(number),
          parent_span_id: parent === null ? null : idOf(parent),
          name: 'own',
          type,
          start_time: `1970-01-01T00:00:00.00${String(millis)}Z`,
          end_time: '1970-01-01T00:00:01Z',
          attributes: { 'llm.model': 'gpt-4o', 'llm.input_tokens': 5 },
        })),
      }),
    ),
  }));

const sourceOf = (fragments: readonly Fragment[]) =>
  async function* () {
    yield* fragments;
    return Promise.resolve();
  };

const OPTIONS = { traceKey: TRACE, prices, maxValueBytes: 1024, maxSpans: 100, maxPickedBytes: 100_000 };

const read = (fragments: readonly Fragment[], changes: Partial<typeof OPTIONS> = {}) =>
  readOutline(sourceOf(fragments), { ...OPTIONS, ...changes });

test('read while bytes pass by it is the outline of the document, whatever was sent in whatever order', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(spans, spans, logs, native), { minLength: 1, maxLength: 4 }),
      async (fragments) => {
        const document = toTraceDocument(fragments, { maxValueBytes: 1024, derive: createDerive(prices) });
        const outline = await read(fragments);
        if (outline === 'too-large') throw new Error('too large');
        const expected = document === null ? null : outlineOf(document, prices);
        expect(outline?.rows()).toEqual(expected?.rows());
        expect(outline?.traceId).toBe(document?.trace_id);
        expect(outline?.idsByStart()).toEqual(document?.spans.map(({ span_id: id }) => id));
        for (const row of expected?.rows() ?? []) {
          expect(outline?.rowOf(row.span_id)).toEqual(row);
          const whole = document?.spans.find(({ span_id: id }) => id === row.span_id);
          expect(whole).toMatchObject({
            name: row.name,
            type: row.type,
            kind: row.kind,
            status: row.status,
            start_time: row.start_time,
            duration_ms: row.duration_ms,
            parent_span_id: row.parent_span_id,
          });
          const noted = whole?.noveum?.derived as Record<string, unknown> | undefined;
          expect(noted?.usage_counts ?? false).toBe(row.usage_counts);
          expect(noted?.cost_counts ?? false).toBe(row.cost_counts);
        }
      },
    ),
    { numRuns: 400 },
  ));
