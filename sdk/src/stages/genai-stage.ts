import {
  COMPLEX_VALUE,
  createFactsReader,
  createKnownAttributes,
  FACT_KEYS,
  type KnownValue,
  priceUsdOf,
  type Prices,
  type SpanFacts,
} from 'noveum-proto';

import type { RecordStage, SpanRecord } from '../records/index.js';

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

const addMissing = (record: SpanRecord, name: string, value: string | number | null): void => {
  if (value !== null && record.attribute(name) === undefined) record.setAttribute(name, value);
};

const MILLI_NANOS = 1_000_000n;

type Told = Exclude<KnownValue, typeof COMPLEX_VALUE>;

/** Maps, bytes and texts of megabytes say nothing that a roll-up needs. */
const isRead = (value: KnownValue): boolean => value !== undefined && value !== COMPLEX_VALUE;

/**
 * genai, then cost: reads what a span says of its call in any of the known vocabularies, and adds what it doesn't say
 * by the names that backends look for. Messages stay in the shape that they came in.
 */
export const genAiStage = (prices: Prices | undefined): RecordStage => {
  const reader = createFactsReader();
  const known = createKnownAttributes(FACT_KEYS);
  const values = new Array<KnownValue>(known.slots).fill(undefined);
  const slots = Array.from({ length: known.slots }, (_, slot) => slot);

  const factsOf = (record: SpanRecord): SpanFacts | null => {
    values.fill(undefined);
    record.readKnown(known, values);
    const told = slots.filter((slot) => isRead(values[slot]));
    if (told.length === 0) return null;
    const { name, version } = record.scope;
    const context = { isRoot: record.parentSpanId === undefined, scope: { name, version } };
    return reader.readSlots(values as readonly Told[], told, told.length, context);
  };

  return (record) => {
    const facts = factsOf(record);
    if (facts === null) return undefined;
    const names = namesOf(facts);
    for (const name in names) addMissing(record, name, names[name] as string | number | null);
    if (prices !== undefined) {
      const startUnixMillis = Number(record.startUnixNano / MILLI_NANOS);
      addMissing(record, 'llm.cost', priceUsdOf(prices, facts, startUnixMillis));
    }
    return undefined;
  };
};
