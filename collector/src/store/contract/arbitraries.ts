import fc from 'fast-check';

import { type LogModel, MILLI, NOON, spanIdOf, type SpanModel, traceIdOf } from './models.js';

/** Few values each, so that filters hit and traces tie. */
const usualAttributes = fc.record(
  {
    'user.id': fc.constantFrom('ada', 'bo'),
    'session.id': fc.constantFrom('s1', 's2'),
    'tag.tags': fc.subarray(['beta', 'vip', 'team:red', 'team:blue'], { minLength: 1 }),
    'error.type': fc.constantFrom('TimeoutError', 'ValueError'),
    'deployment.environment.name': fc.constantFrom('prod', 'dev'),
    'gen_ai.request.model': fc.constantFrom('m-1', 'gpt-4o'),
    'gen_ai.operation.name': fc.constantFrom('chat', 'invoke_agent', 'execute_tool'),
    'gen_ai.system': fc.constantFrom('openai', 'AWS'),
    'gen_ai.usage.input_tokens': fc.constantFrom(0, 7, 100),
    'gen_ai.usage.output_tokens': fc.constantFrom(0, 20),
    'gen_ai.usage.cost': fc.constantFrom(0.1, 0.2),
    'gen_ai.conversation.id': fc.constantFrom('c1', 's1'),
    'langfuse.user.id': fc.constantFrom('cy', 'ada'),
    'langfuse.trace.tags': fc.subarray(['beta', 'langfuse'], { minLength: 1 }),
  },
  { requiredKeys: [] },
);

/** What sums hold of them beside the rest: most say none. */
const said = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        'noveum.sample_weight': fc.constantFrom(1, 4, 10 / 3),
        'noveum.metadata.plan': fc.constantFrom('pro', 'free', 7),
        'noveum.metadata.paid': fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  },
);

const attributes = fc.tuple(usualAttributes, said).map(([usual, more]) => ({ ...usual, ...more }));

const startUnixNano = fc.oneof(
  fc.nat(5).map((millis) => NOON + BigInt(millis) * MILLI),
  fc.bigInt(-3n * 86_400_000n, 3n * 86_400_000n).map((millis) => NOON + millis * MILLI + 7n),
);

const event = fc.record({
  name: fc.constantFrom('exception', 'note'),
  unixNano: fc.constant(NOON),
  attributes: fc.constantFrom({}, { 'exception.type': 'IOError' }),
});

interface SpanSeed {
  readonly parent: number | null;
  readonly hasUnknownParent: boolean;
  readonly span: Omit<SpanModel, 'traceId' | 'spanId' | 'parentSpanId' | 'endUnixNano'>;
  readonly durationMillis: number | null;
  /** It was first sent without an end. */
  readonly hasEarlierVersion: boolean;
}

const spanSeed: fc.Arbitrary<SpanSeed> = fc.record({
  parent: fc.option(fc.nat(5), { freq: 4 }),
  hasUnknownParent: fc.boolean(),
  durationMillis: fc.option(fc.constantFrom(0, 1, 5, 250), { freq: 5 }),
  hasEarlierVersion: fc.boolean(),
  span: fc.record({
    name: fc.constantFrom('chat', 'search', 'größe'),
    startUnixNano,
    statusCode: fc.constantFrom(0, 1, 2),
    statusMessage: fc.option(fc.constantFrom('', 'failed'), { freq: 1 }),
    attributes,
    events: fc.array(event, { maxLength: 2 }),
    service: fc.option(fc.constantFrom('api', 'worker', 'db'), { freq: 4 }),
    environment: fc.option(fc.constantFrom('prod', 'test'), { freq: 1 }),
    sdk: fc.option(fc.constantFrom('noveum-trace', 'another'), { freq: 1 }),
  }),
});

const toSpans = (traceId: string, seed: SpanSeed, at: number): SpanModel[] => {
  const { parent } = seed;
  const finished: SpanModel = {
    ...seed.span,
    traceId,
    spanId: spanIdOf(at),
    parentSpanId:
      parent === null || (parent >= at && !seed.hasUnknownParent)
        ? null
        : spanIdOf(parent < at ? parent : 900 + parent),
    endUnixNano: seed.durationMillis === null ? null : seed.span.startUnixNano + BigInt(seed.durationMillis) * MILLI,
  };
  return seed.hasEarlierVersion ? [{ ...finished, endUnixNano: null, statusCode: 0 }, finished] : [finished];
};

/** All that was ever sent of one trace: spans in any shape of tree, some of them twice. */
export const anyTrace = (traceId: string): fc.Arbitrary<SpanModel[]> =>
  fc
    .array(spanSeed, { minLength: 1, maxLength: 5 })
    .map((seeds) => seeds.flatMap((seed, at) => toSpans(traceId, seed, at)));

export const anyLog = (traceId: string): fc.Arbitrary<LogModel> =>
  fc.record({
    traceId: fc.constant(traceId),
    spanId: fc.option(fc.nat(4).map(spanIdOf), { freq: 2 }),
    eventName: fc.constantFrom('gen_ai.evaluation.result', 'gen_ai.user.message'),
    unixNano: fc.nat(5).map((millis) => NOON + BigInt(millis) * MILLI),
    body: fc.constantFrom('hello', 'good bye'),
    attributes: fc.constantFrom({}, { 'gen_ai.evaluation.name': 'relevance' }),
  });

/** Some traces, by their number. */
export const anyTraces = (maxTraces: number): fc.Arbitrary<SpanModel[][]> =>
  fc
    .nat(maxTraces - 1)
    .chain((last) => fc.tuple(...Array.from({ length: last + 1 }, (_, number) => anyTrace(traceIdOf(number)))));

/** Cuts a list into requests at random places, in random order, some of them sent again. */
export const anyDelivery = <T>(items: readonly T[]): fc.Arbitrary<T[][]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...items], { minLength: items.length }),
      fc.array(fc.boolean(), { minLength: items.length, maxLength: items.length }),
    )
    .map(([shuffled, cuts]) => {
      const requests: T[][] = [];
      shuffled.forEach((item, at) => {
        const last = requests.at(-1);
        if (last === undefined || cuts[at] === true) requests.push([item]);
        else last.push(item);
      });
      return requests;
    })
    .chain((requests) => fc.shuffledSubarray(requests).map((again) => [...requests, ...again]));
