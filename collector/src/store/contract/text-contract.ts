import fc from 'fast-check';
import { parseTextQuery } from 'noveum-proto';

import { createMemoryTraceStore } from '../memory/index.js';
import { type TextAsked, type TraceFilter, UnusableCursor } from '../trace-store.js';
import { type Framing, logsArrive, nativeArrives, spansArrive } from './delivery.js';
import { MILLI, NOON, NOON_MILLIS, spanIdOf, spanModel, type SpanModel, traceIdOf } from './models.js';
import { EVERYTHING, keysOf, query, walk } from './queries.js';
import { MANY_STORES_MILLIS, type StoreFactory, withStore } from './stores.js';

const words = (text: string): TextAsked => {
  const parsed = parseTextQuery(text);
  if (parsed.status === 'refused') throw new Error(parsed.issue);
  return { mode: 'words', query: parsed.query };
};

const substring = (needle: string): TextAsked => ({ mode: 'substring', needle });

const asking = (text: TextAsked, filter: Partial<TraceFilter> = {}) =>
  query({ filter: { ...EVERYTHING, ...filter, text } });

const messages = (role: string, ...contents: string[]): string =>
  JSON.stringify(contents.map((content) => ({ role, parts: [{ type: 'text', content }] })));

const examples: readonly SpanModel[] = [
  spanModel({
    traceId: traceIdOf(0),
    name: 'chat gpt-4o',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.input.messages': messages('user', 'What is the weather in Paris?'),
      'gen_ai.output.messages': messages('assistant', 'Sunny,\nwith clouds: 晴れ時々曇り'),
    },
  }),
  spanModel({
    traceId: traceIdOf(1),
    startUnixNano: NOON + 1n,
    name: 'execute_tool get_weather',
    statusCode: 2,
    statusMessage: 'quota exceeded for weather',
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.call.arguments': '{"city":"Lyon","days":3}',
      'gen_ai.tool.call.result': '{"forecast":"Hagel"}',
      'user.id': 'ada',
    },
    events: [
      {
        name: 'exception',
        unixNano: NOON,
        attributes: { 'exception.type': 'RateLimitError', 'exception.message': 'slow down' },
      },
    ],
  }),
  spanModel({
    traceId: traceIdOf(2),
    startUnixNano: NOON + 2n,
    attributes: {
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'Wetter in Lyon',
      'llm.input_messages.1.message.content': 'and Paris',
      'internal.note': 'umbrella',
    },
  }),
];

const exampleQueries: readonly [string, TextAsked, readonly number[]][] = [
  ['a word of a prompt', words('sunny'), [0]],
  ['all of several, of any of its texts', words('lyon hagel'), [1]],
  ['words of different traces', words('hagel sunny'), []],
  ['a prefix', words('wea*'), [0, 1]],
  ['a phrase', words('"weather in paris"'), [0]],
  ['the words of a phrase apart', words('"paris weather"'), []],
  ['two messages are no phrase', words('"lyon and paris"'), []],
  ['characters of a script without spaces', words('時々'), [0]],
  ['an identifier', words('get_weather'), [1]],
  ['a status message', words('quota'), [1]],
  ['an exception', words('RateLimitError'), [1]],
  ['an argument with its name', words('"city lyon"'), [1]],
  ['indexed attributes', words('wetter'), [2]],
  ['a word to leave out', words('lyon -wetter'), [1]],
  ['an attribute that holds no text', words('umbrella'), []],
  ['a role', words('assistant'), []],
  ['a part of a word, as a string', substring('UNN'), [0]],
  ['a string with its spaces and signs', substring('weather in Paris?'), [0]],
  ['a string that is nowhere', substring('weatherinparis'), []],
];

const VOCABULARY = ['sun', 'sunny', 'rain', 'snow', 'get_weather', 'hagel', '晴れ', 'x1', 'naïve'];

/** What a reader of a list relies on where texts are asked for. */
export const textContract = (factory: StoreFactory, framing: Framing): void => {
  test.each(exampleQueries)('finds by %s', (_name, text, numbers) =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive(examples, { framing }));
      const { nextCursor, total, totalRelation, traces } = await reader.find(asking(text));
      expect(keysOf(traces)).toEqual(numbers.toReversed().map((number) => `shop/${traceIdOf(number)}`));
      expect({ total, totalRelation, nextCursor }).toEqual({
        total: numbers.length,
        totalRelation: 'eq',
        nextCursor: null,
      });
    }),
  );

  test('shows where: the field, the span, a piece of the text and places in it', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive(examples, { framing }));
      const { traces } = await reader.find(asking(words('clouds')));
      expect(traces[0]?.matches).toEqual([
        {
          field: 'response',
          span_id: spanIdOf(0),
          snippet: 'Sunny,\nwith clouds: 晴れ時々曇り',
          snippet_start: 0,
          highlights: [{ start: 12, end: 18 }],
        },
      ]);
      const { traces: tools } = await reader.find(asking(words('lyon hagel')));
      expect(tools[0]?.matches?.map(({ field, snippet }) => [field, snippet])).toEqual([
        ['tool', 'city: Lyon\ndays: 3'],
        ['tool', 'forecast: Hagel'],
      ]);
    }));

  test('of a long text a piece is shown, and of many matches a few', () =>
    withStore(factory, async ({ writer, reader }) => {
      const long = `${'dull '.repeat(1000)}needle ${'dull '.repeat(1000)}`;
      const input = messages('user', long, ...Array.from({ length: 20 }, (_, at) => `needle ${String(at)}`));
      await writer.write(spansArrive([spanModel({ attributes: { 'gen_ai.input.messages': input } })], { framing }));
      const [found] = (await reader.find(asking(words('needle')))).traces;
      const [first] = found?.matches ?? [];
      expect(found?.matches).toHaveLength(5);
      expect(first?.snippet.length).toBeLessThanOrEqual(200);
      expect(first?.highlights.map(({ end, start }) => first.snippet.slice(start, end))).toEqual(['needle']);
      expect(long.slice(first?.snippet_start)).toMatch(/^.{0,80}needle/s);
    }));

  test('together with other filters, and only in projects that are asked for', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive(examples, { framing }));
      await writer.write(spansArrive(examples, { framing, project: 'other' }));
      const find = async (filter: Partial<TraceFilter>) =>
        keysOf((await reader.find(asking(words('weather'), filter))).traces);
      expect(await find({ equals: { userId: 'ada' } })).toEqual([`shop/${traceIdOf(1)}`]);
      expect(await find({ hasError: false })).toEqual([`shop/${traceIdOf(0)}`]);
      for (const equals of [{ model: 'gpt-4o' }, { provider: 'openai' }, { model: 'gpt-4o', provider: 'openai' }]) {
        expect(await find({ equals })).toEqual([`shop/${traceIdOf(0)}`]);
        expect(await find({ equals, project: 'other' })).toEqual([`other/${traceIdOf(0)}`]);
        expect(await find({ equals, project: null })).toHaveLength(2);
        expect(await find({ notEquals: equals, project: null })).toHaveLength(2);
      }
      expect(await find({ endUnixNano: NOON + 1n })).toEqual([`shop/${traceIdOf(0)}`]);
      expect(await find({ project: null, notProject: 'shop' })).toEqual([
        `other/${traceIdOf(1)}`,
        `other/${traceIdOf(0)}`,
      ]);
    }));

  test('what a later version of a span no longer says is not found, what comes later is', () =>
    withStore(factory, async ({ writer, reader }) => {
      const open = spanModel({ name: 'draft', endUnixNano: null });
      const find = async (text: string) => keysOf((await reader.find(asking(words(text)))).traces);
      await writer.write(spansArrive([open], { framing }));
      expect(await find('draft')).toHaveLength(1);
      await writer.write(spansArrive([{ ...open, name: 'final', endUnixNano: NOON + MILLI }], { framing }));
      expect(await find('draft')).toEqual([]);
      expect(await find('final')).toHaveLength(1);
      const child = spanModel({ spanId: spanIdOf(1), parentSpanId: spanIdOf(0), name: 'appendix' });
      await writer.write(spansArrive([child], { framing, receivedAtMillis: NOON_MILLIS + 1000 }));
      expect(await find('final appendix')).toHaveLength(1);
    }));

  test('native traces and log records are found as spans are', () =>
    withStore(factory, async ({ writer, reader }) => {
      const native = {
        trace_id: traceIdOf(5),
        name: 'native run',
        start_time: '2026-11-20T12:00:00Z',
        spans: [
          {
            span_id: 's1',
            name: 'step',
            start_time: '2026-11-20T12:00:00Z',
            attributes: { 'llm.prompt': 'Bonjour', 'tool.output': { answer: 'oui' } },
          },
        ],
      };
      await writer.write(nativeArrives([native], { framing }));
      await writer.write(spansArrive([spanModel({ traceId: traceIdOf(6) })], { framing }));
      await writer.write(
        logsArrive([
          {
            traceId: traceIdOf(6),
            spanId: spanIdOf(0),
            eventName: 'gen_ai.user.message',
            unixNano: NOON,
            body: '{"content":"Guten Tag"}',
            attributes: {},
          },
        ]),
      );
      const find = async (text: string) => keysOf((await reader.find(asking(words(text)))).traces);
      expect(await find('bonjour')).toEqual([`shop/${traceIdOf(5)}`]);
      expect(await find('oui run')).toEqual([`shop/${traceIdOf(5)}`]);
      expect(await find('guten')).toEqual([`shop/${traceIdOf(6)}`]);
    }));

  test('a cursor that is none and an order that no search has are refused', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive(examples, { framing }));
      await expect(reader.find({ ...asking(words('weather')), cursor: 'nonsense' })).rejects.toThrow(UnusableCursor);
      await expect(
        reader.find({ ...asking(words('weather')), sort: { field: 'span_count', direction: 'asc' } }),
      ).rejects.toThrow('start_time');
    }));

  test(
    'any texts, filters and paging answer as the memory store does',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              number: fc.nat(5),
              span: fc.nat(2),
              start: fc.nat(3),
              said: fc.array(fc.constantFrom(...VOCABULARY), { maxLength: 4 }),
              failed: fc.boolean(),
            }),
            { minLength: 1, maxLength: 14 },
          ),
          fc.array(fc.constantFrom(...VOCABULARY.map((word) => word), 'su*', '"sun rain"', '-snow'), {
            minLength: 1,
            maxLength: 2,
          }),
          fc.record({ limit: fc.integer({ min: 1, max: 4 }), hasError: fc.option(fc.boolean(), { nil: undefined }) }),
          async (spans, asked, { hasError, limit }) => {
            const text = ['sun', ...asked].slice(asked.every((word) => word.startsWith('-')) ? 0 : 1).join(' ');
            const fragments = spans.map(({ failed, number, said, span, start }) =>
              spansArrive(
                [
                  spanModel({
                    traceId: traceIdOf(number),
                    spanId: spanIdOf(span),
                    parentSpanId: span === 0 ? null : spanIdOf(0),
                    startUnixNano: NOON + BigInt(start),
                    statusCode: failed ? 2 : 0,
                    attributes: { 'gen_ai.input.messages': messages('user', said.join(' ')) },
                  }),
                ],
                { framing },
              ),
            );
            const memory = createMemoryTraceStore();
            const first = { ...asking(words(text), hasError === undefined ? {} : { hasError }), limit };
            await withStore(factory, async ({ writer, reader }) => {
              for (const arriving of fragments) {
                await writer.write(arriving);
                await memory.writer.write(arriving);
              }
              const expected = await walk(memory.reader, first);
              const found = await walk(reader, first);
              const shownOf = (pages: typeof found) =>
                pages.flatMap(({ traces }) => traces.map(({ matches, trace_key: key }) => ({ key, matches })));
              expect(shownOf(found)).toEqual(shownOf(expected));
              expect(found.at(-1)?.total).toBe(expected[0]?.total);
            });
          },
        ),
        { numRuns: 25 },
      ),
    MANY_STORES_MILLIS,
  );
};
