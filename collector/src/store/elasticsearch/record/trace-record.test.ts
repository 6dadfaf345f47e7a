import fc from 'fast-check';
import { documentOf, type Fragment, type Json, summaryOf, type TraceSummary } from 'noveum-proto';
import {
  fragmentsOfRecord,
  headIdOf,
  type HeldRecord,
  partIdsOf,
  RECORD_FIELDS,
  RECORD_LIMITS,
  recordOf,
  summaryOfField,
  TRACE_MAPPING,
  TRACE_SETTINGS,
  type TraceRecord,
} from 'noveum-proto/elasticsearch';

import { describeWithElasticsearch } from '../../../../test/support/elasticsearch/index.js';
import { spanIdOf, spanModel, traceIdOf } from '../../contract/models.js';
import { spansArrive } from '../../contract/delivery.js';

const OPTIONS = {
  generation: () => 'g1',
  arrivals: [{ day: 20_777, spans: 1, bytes: 10 }],
  hasTextIndex: true,
  derivation: 'rules 1, no prices',
};

const native = (fields: Readonly<Record<string, unknown>>): Fragment => ({
  kind: 'native',
  payload: Buffer.from(
    JSON.stringify({ trace_id: 't-1', name: 'run', start_time: '2026-11-20T12:00:00Z', spans: [], ...fields }),
  ),
  project: 'shop',
  keyEnvironment: null,
  receivedAtMillis: 1_795_176_000_000,
});

const nativeSpan = (fields: Readonly<Record<string, unknown>>) => ({
  span_id: 's-1',
  trace_id: 't-1',
  parent_span_id: null,
  name: 'call',
  start_time: '2026-11-20T12:00:00Z',
  end_time: '2026-11-20T12:00:01Z',
  status: 'ok',
  attributes: {},
  events: [],
  ...fields,
});

const recordOfFragments = (fragments: readonly Fragment[]): TraceRecord => {
  const document = documentOf(fragments);
  if (document === null) throw new Error('these fragments make no document');
  return recordOf({ summary: summaryOf(document), spans: document.spans, fragments }, OPTIONS);
};

const nest = (depth: number): Json => (depth === 0 ? 1 : { deeper: nest(depth - 1) });

const HOSTILE: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['5,000 attributes', Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`key.${String(at)}`, at]))],
  ['one key as a string', { shape: 'text' }],
  ['one key as a number', { shape: 5 }],
  ['one key as an object', { shape: { a: 1 } }],
  ['one key as a list of both', { shape: ['text', { a: 1 }, 5] }],
  ['a name beside a name under it', { 'gen_ai.prompt': 'x', 'gen_ai.prompt.name': 'y' }],
  ['a known name as an object', { 'llm.model': { name: 'm' }, 'llm.input_tokens': { n: 1 }, 'llm.cost': [[1], ['x']] }],
  ['a known name as an object of objects', { llm: { model: { '': 1 } }, gen_ai: { request: 'x' } }],
  ['empty names and blanks', { '': 1, ' ': 2, '\t\n': 3, '\u001f': 4, '\u2003': 5, nested: { '': { '': 1 } } }],
  ['dots', { 'a..b': 1, '.': 2, '...': 3, '.a': 4, 'a.': 5, 'a. .b': 6 }],
  ['NUL', { 'a\u0000b': 'c\u0000d', '\u0000': 1, nested: { '\u0000': '\u0000' } }],
  ['depth 60', { deep: nest(60), 'llm.model': nest(60) }],
  ['40 KB', { 'llm.model': 'x'.repeat(40_960), long: 'y'.repeat(40_960), ['k'.repeat(40_960)]: 1 }],
  ['a name of 60 KB', { ['k'.repeat(60_000)]: 1 }],
  ['a name of 60 KB within', { nested: { ['k'.repeat(60_000)]: 1 } }],
  ['huge numbers', { 'llm.input_tokens': 1e300, 'llm.cost': 1.7976931348623157e308, n: -1e300, tiny: 5e-324 }],
  ['numbers as text', { 'llm.input_tokens': 'twelve', 'llm.cost': '0,5', 'llm.temperature': '' }],
  ['half a character', { 'llm.model': 'a\ud800b', '\udc00': '\ud800' }],
  ['names of objects', { __proto__x: 1, constructor: { prototype: 1 }, toString: 'x', hasOwnProperty: 1 }],
];

const anyName = fc.oneof(
  fc.string({ maxLength: 8, unit: 'binary' }),
  fc.constantFrom(
    '',
    ' ',
    '.',
    '..',
    'llm.model',
    'llm',
    'gen_ai.prompt',
    'gen_ai',
    'a\u0000',
    'llm.input_tokens',
    'total_cost',
  ),
);

const anyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ maxLength: 12, unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyName, tie('value'), { maxKeys: 4 }),
  ),
})).value;

const anyAttributes = fc.dictionary(anyName, anyValue, { maxKeys: 8 });

describeWithElasticsearch('the record of a trace in Elasticsearch', (cluster) => {
  let index = '';

  beforeAll(async () => {
    index = `${cluster.freshPrefix()}-records`;
    await cluster.client().indices.create({
      index,
      settings: { ...TRACE_SETTINGS, number_of_shards: 1, number_of_replicas: 0, refresh_interval: -1 },
      mappings: TRACE_MAPPING as object,
    });
  });

  const store = async (record: TraceRecord): Promise<void> => {
    const operations = [...record.parts, { id: record.id, source: record.head }].flatMap(({ id, source }) => [
      JSON.stringify({ index: { _id: id } }),
      Buffer.from(source).toString(),
    ]) as unknown as object[];
    const { items } = await cluster.client().bulk({ index, refresh: true, operations });
    expect(items.flatMap((item) => item.index?.error ?? [])).toEqual([]);
  };

  const read = async (id: string): Promise<HeldRecord> => {
    const got = await cluster.client().get<HeldRecord>({ index, id, _source_includes: [...RECORD_FIELDS] });
    if (got._source === undefined) throw new Error('there is no such record');
    return got._source;
  };

  const summaryAt = async (id: string): Promise<TraceSummary> => {
    const { fields } = await cluster.client().get({ index, id, stored_fields: ['noveum.summary'] });
    return summaryOfField(String((fields as { 'noveum.summary': string[] })['noveum.summary'][0]));
  };

  /** Whether the trace comes back as it went in. */
  const expectWhole = async (fragments: readonly Fragment[]): Promise<void> => {
    const record = recordOfFragments(fragments);
    await store(record);
    const head = await read(record.id);
    const parts: HeldRecord[] = [];
    for (const id of partIdsOf(record.id, head)) parts.push(await read(id));
    const back = fragmentsOfRecord(
      'shop',
      head.noveum,
      parts.map(({ noveum }) => noveum),
    );
    const asIs = ({ kind, payload, project, keyEnvironment, receivedAtMillis }: Fragment) => ({
      kind,
      payload: Buffer.from(payload),
      project,
      keyEnvironment,
      receivedAtMillis,
    });
    expect(back.map(asIs)).toEqual(fragments.map(asIs));
    const document = documentOf(fragments);
    const shown = document === null ? null : (JSON.parse(JSON.stringify(summaryOf(document))) as object);
    expect(await summaryAt(record.id)).toEqual(shown);
  };

  const count = async (query: object): Promise<number> => (await cluster.client().count({ index, query })).count;

  test.each(HOSTILE)('takes attributes that are hostile: %s', async (_name, attributes) => {
    const metadata = { user_id: 'ada', session_id: null, tags: attributes, custom_attributes: attributes };
    const span = nativeSpan({
      attributes,
      events: [{ name: 'note', timestamp: '2026-11-20T12:00:00Z', attributes }],
      resource: { attributes },
    });
    await expectWhole([native({ attributes, metadata, sdk: attributes, spans: [span], unknown: attributes })]);
  });

  test('takes whatever attributes come', () =>
    fc.assert(
      fc.asyncProperty(anyAttributes, anyAttributes, anyAttributes, async (ofTrace, ofSpan, tags) => {
        const spans = [nativeSpan({ attributes: ofSpan })];
        await expectWhole([native({ attributes: ofTrace, metadata: { tags, custom_attributes: ofTrace }, spans })]);
      }),
      { numRuns: 60 },
    ));

  test.each([
    ['times beyond every calendar', { start_time: '9999-12-31T23:59:59.999999999Z', end_time: '0001-01-01T00:00:00Z' }],
    [
      'texts of 40 KB',
      { name: 'n'.repeat(40_960), environment: 'e'.repeat(40_960), status_message: 'm'.repeat(40_960) },
    ],
    ['texts of 40 KB, 3 bytes each', { name: '中'.repeat(40_960), metadata: { user_id: '中'.repeat(40_960) } }],
    ['sums that are no numbers', { attributes: { total_tokens: 'many', total_cost: { usd: 1 } } }],
    ['sums that are huge', { attributes: { total_tokens: 1e308, total_cost: 1e308, total_input_tokens: -5e-324 } }],
  ])('takes %s', (_name, fields) => expectWhole([native(fields)]));

  test('takes times at the ends of 64 bits', async () => {
    for (const startUnixNano of [0n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n])
      await expectWhole(spansArrive([spanModel({ startUnixNano, endUnixNano: 2n ** 64n - 1n })]));
  });

  test('is cut into parts where it is long, and comes back whole', async () => {
    const spans = Array.from({ length: 2_500 }, (_, at) =>
      spanModel({ spanId: spanIdOf(at), parentSpanId: at === 0 ? null : spanIdOf(0) }),
    );
    const fragments = spansArrive(spans);
    const record = recordOfFragments(fragments);
    expect(record.parts).toHaveLength(Math.ceil(spans.length / RECORD_LIMITS.spans) - 1);
    await expectWhole(fragments);
    const query = { term: { 'noveum.head': record.id } };
    const aggs = { spans: { nested: { path: 'spans' } } };
    const { aggregations } = await cluster.client().search({ index, size: 0, query, aggs });
    expect(aggregations).toMatchObject({ spans: { doc_count: spans.length } });
  });

  test('is found by what the document says, by known names of its spans and by its words', async () => {
    const traceId = traceIdOf(77);
    const attributes = {
      'gen_ai.request.model': 'm-77',
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 12,
    };
    await store(recordOfFragments(spansArrive([spanModel({ traceId, name: 'Find größe', attributes })])));
    const head = { term: { 'noveum.head': headIdOf('shop', traceId) } };
    const found = (query: object) => count({ bool: { filter: [head, { term: { 'noveum.part': 0 } }, query] } });
    const nested = (query: object) => ({ nested: { path: 'spans', query } });
    expect(await found({ term: { 'name.keyword': 'Find größe' } })).toBe(1);
    expect(await found({ match: { name: 'find' } })).toBe(1);
    expect(await found({ term: { models: 'm-77' } })).toBe(1);
    expect(await found({ term: { 'noveum.terms': 'grosse' } })).toBe(1);
    expect(
      await found({ range: { 'noveum.start_unix_nano': { gte: '1795176000000000000', lt: '1795176000000000001' } } }),
    ).toBe(1);
    expect(await found(nested({ term: { 'spans.attributes.llm.model': 'm-77' } }))).toBe(1);
    expect(await found(nested({ range: { 'spans.attributes.llm.input_tokens': { gte: 12, lt: 13 } } }))).toBe(1);
    expect(await found(nested({ term: { 'spans.attributes.llm.model': 'm-78' } }))).toBe(0);
  });
});
