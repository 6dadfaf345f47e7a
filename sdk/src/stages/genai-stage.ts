import {
  COMPLEX_VALUE,
  createFactsReader,
  createKnownAttributes,
  FACT_KEYS,
  type KnownValue,
  priceUsdOf,
  type Prices,
  saysGenAi,
  type SpanFacts,
} from 'noveum-proto';

import type { RecordStage, SpanRecord } from 'noveum-proto/records';

/** The names that a span of GenAI has whatever it was sent as: OpenTelemetry's, and the trace document's. */
const namesOf = (facts: SpanFacts): Readonly<Record<string, string | number | null>> => ({
  'gen_ai.operation.name': facts.operation,
  'gen_ai.provider.name': facts.provider,
  'gen_ai.request.model': facts.requestModel,
  'gen_ai.response.model': facts.responseModel,
  'gen_ai.usage.input_tokens': facts.inputTokens,
  'gen_ai.usage.output_tokens': facts.outputTokens,
  'llm.provider': facts.provider,
  'llm.model': facts.model,
  'llm.input_tokens': facts.inputTokens,
  'llm.output_tokens': facts.outputTokens,
  'llm.total_tokens': facts.totalTokens,
});

const COST = 'llm.cost';

/** Facts are read from the first of these; the others are looked for so that none is added twice. */
const ADDED = ['llm.provider', 'llm.model', 'llm.input_tokens', 'llm.output_tokens', 'llm.total_tokens', COST];
const KEYS = [...FACT_KEYS, ...ADDED.filter((name) => !FACT_KEYS.includes(name))];
/** Whose and which session's a span is doesn't make it a call. */
const IS_TELLING = KEYS.map(saysGenAi);
const SLOTS = new Map(KEYS.map((key, slot) => [key, slot]));

const NANOS_A_MILLI = 1_000_000n;

type Told = Exclude<KnownValue, typeof COMPLEX_VALUE>;

/**
 * genai, then cost: reads what a span says of its call in any of the known vocabularies, and adds what it doesn't say
 * by the names that backends look for. Messages stay in the shape that they came in.
 */
export const genAiStage = (prices: Pick<Prices, 'totalOf'> | undefined): RecordStage => {
  const reader = createFactsReader();
  const known = createKnownAttributes(KEYS);
  const values = new Array<KnownValue>(known.slots).fill(undefined);

  /** Maps, bytes and texts of megabytes say nothing that a roll-up needs. */
  const isFact = (slot: number): boolean => slot < FACT_KEYS.length && values[slot] !== COMPLEX_VALUE;

  const factsOf = (record: SpanRecord, slots: readonly number[]): SpanFacts | null => {
    const told = slots.filter(isFact);
    if (told.length === 0) return null;
    const { name, version } = record.scope;
    const context = { isRoot: record.parentSpanId === undefined, scope: { name, version } };
    return reader.readSlots(values as readonly Told[], told, told.length, context);
  };

  const addMissing = (record: SpanRecord, facts: SpanFacts): void => {
    const add = (name: string, value: string | number | null): void => {
      if (value !== null && values[SLOTS.get(name) ?? -1] === undefined) record.addAttribute(name, value);
    };
    const names = namesOf(facts);
    for (const name in names) add(name, names[name] ?? null);
    if (prices !== undefined && facts.totalTokens !== null)
      add(COST, priceUsdOf(prices, facts, Number(record.startUnixNano / NANOS_A_MILLI)));
  };

  return (record) => {
    const slots: number[] = [];
    record.readKnown(known, values, slots);
    const facts = slots.some((slot) => IS_TELLING[slot]) ? factsOf(record, slots) : null;
    if (facts !== null) addMissing(record, facts);
    for (const slot of slots) values[slot] = undefined;
    return undefined;
  };
};
