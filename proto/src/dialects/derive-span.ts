import type { Attributes, Json, ScoreDocument, SpanType } from '../document/index.js';
import { compile } from './compile.js';
import { DIALECTS } from './dialects.js';
import { factsOf, type SpanFacts } from './facts.js';
import { FIELD_NAMES, type Field, SLOTS } from './fields.js';
import { createFinder, type Found, numberOf, valueOf } from './find-fields.js';
import { findMessages } from './find-messages.js';
import type { Message } from './messages.js';
import { promptOf, textsOf } from './messages.js';
import { refine } from './refine.js';
import { scoresOf } from './scores.js';
import type { FoundMessages, SpanMessages } from './shapes.js';
import { attributesOf } from './sent-attributes.js';
import type { SpanInput } from './table.js';
import { type Usage, usageOf } from './usage.js';

/** What the tables say of a span beyond what was sent. */
export interface DerivedSpan {
  readonly type: SpanType;
  /** Canonical names that were not sent; never one that was. */
  readonly attributes: Attributes;
  readonly scores: readonly ScoreDocument[];
  /** Rule ids, `dialect/attribute`, sorted. */
  readonly rules: readonly string[];
  /** Null: nothing says GenAI. */
  readonly facts: SpanFacts | null;
}

const COMPILED = compile(DIALECTS, FIELD_NAMES.length);

/** Shown by the rules below or not at all. */
const NOT_SHOWN_AS_FOUND: ReadonlySet<Field> = new Set<Field>([
  '#total',
  '#cache',
  '#session',
  '#model',
  'llm.cost',
  'llm.cost.input',
  'llm.cost.output',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
]);

const SHOWN = FIELD_NAMES.filter((field) => !NOT_SHOWN_AS_FOUND.has(field));

const CALLS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank', 'agent', 'workflow']);

/** Gathers what is derived; what was sent stays out. */
const createGathering = (sent: Attributes) => {
  const attributes: Record<string, Json> = {};
  const rules = new Set<string>();
  return {
    attributes,
    rules,
    /** What was added first stays. */
    add: (name: string, value: Json | undefined, rule: string | null): void => {
      if (value === undefined || value === null || Object.hasOwn(sent, name) || Object.hasOwn(attributes, name)) return;
      attributes[name] = value;
      if (rule !== null) rules.add(rule);
    },
  };
};

type Gathering = ReturnType<typeof createGathering>;

const addFields = (into: Gathering, found: Found, usage: Usage): void => {
  for (const field of SHOWN) into.add(field, valueOf(found, field), found.rules[SLOTS[field]] ?? null);
  const inputRule = usage.rule ?? found.rules[SLOTS['gen_ai.usage.input_tokens']] ?? null;
  into.add('gen_ai.usage.input_tokens', usage.input, inputRule);
  const outputRule = usage.outputRule ?? found.rules[SLOTS['gen_ai.usage.output_tokens']] ?? null;
  into.add('gen_ai.usage.output_tokens', usage.output, outputRule);
};

const addNames = (into: Gathering, found: Found, facts: SpanFacts, usage: Usage): void => {
  const costRule = found.rules[SLOTS['llm.cost']] ?? found.rules[SLOTS['llm.cost.input']] ?? null;
  into.add('llm.provider', facts.provider, null);
  into.add('llm.model', facts.model, null);
  into.add('llm.input_tokens', usage.input, usage.rule);
  into.add('llm.output_tokens', usage.output, usage.outputRule);
  into.add('llm.total_tokens', usage.total, found.rules[SLOTS['#total']] ?? null);
  into.add('llm.cost', facts.costUsd, costRule);
  into.add('llm.temperature', numberOf(found, 'gen_ai.request.temperature'), null);
};

const asJson = (value: unknown): Json => value as Json;

/** Where a choice doesn't say why it ended, the call does. */
const withReasons = (output: readonly Message[], reasons: Json | undefined): readonly Message[] => {
  if (!Array.isArray(reasons)) return output;
  return output.map((message, at) => {
    const reason = (reasons as readonly Json[])[at];
    return message.finish_reason === undefined && typeof reason === 'string'
      ? { ...message, finish_reason: reason }
      : message;
  });
};

const reasonsOf = (output: readonly Message[]): Json | undefined => {
  const reasons = output.flatMap((message) => message.finish_reason ?? []);
  return reasons.length === 0 ? undefined : reasons;
};

const KEEPS_SYSTEM_IN_INPUT = 'openinference/';

const systemOf = ({ input, rules, system }: FoundMessages): readonly [Json, string | null] | null => {
  if (system.length > 0) return [asJson(system), rules.system ?? null];
  if (rules.input?.startsWith(KEEPS_SYSTEM_IN_INPUT) === true) return null;
  const told = input.filter((message) => message.role === 'system').flatMap((message) => message.parts);
  return told.length === 0 ? null : [asJson(told), rules.input ?? null];
};

const addMessages = (into: Gathering, found: Found, messages: FoundMessages, type: SpanType): void => {
  const { documents, input, output, rules, tools } = messages;
  const reasons = valueOf(found, 'gen_ai.response.finish_reasons') ?? reasonsOf(output);
  const addList = (name: string, list: readonly unknown[], rule: string | undefined): void => {
    if (list.length > 0) into.add(name, asJson(list), rule ?? null);
  };
  addList('gen_ai.input.messages', input, rules.input);
  addList('gen_ai.output.messages', withReasons(output, reasons), rules.output);
  into.add('gen_ai.response.finish_reasons', reasons, rules.output ?? null);
  into.add('llm.finish_reasons', reasons, null);
  addList('gen_ai.tool.definitions', tools, rules.tools);
  addList('gen_ai.retrieval.documents', documents, rules.documents);
  const system = systemOf(messages);
  if (!CALLS.has(type)) return;
  if (system !== null) into.add('gen_ai.system_instructions', system[0], system[1]);
  const asked = type === 'embedding' ? textsOf(input) : promptOf(input);
  into.add('llm.prompt', asked || undefined, null);
  into.add('llm.response', textsOf(output) || undefined, null);
};

const findIn = (span: SpanInput, attributes: Attributes): Found | null => {
  const finder = createFinder(COMPILED);
  const isRoot = span.parent_span_id === null || span.parent_span_id === undefined;
  finder.begin({ scopeName: span.scope?.name ?? '', isRoot });
  for (const key in attributes) finder.take(COMPILED.entries.get(key), attributes[key]);
  return finder.finish();
};

const NOTHING: DerivedSpan = { type: 'span', attributes: {}, scores: [], rules: [], facts: null };

/** All that can be said of one span on its own. Pure; the same for the same span. */
export const deriveSpan = (span: SpanInput): DerivedSpan => {
  const scores = scoresOf(span);
  const attributes = attributesOf(span);
  const found = findIn(span, attributes);
  if (found === null) return scores.length === 0 ? NOTHING : { ...NOTHING, scores };
  refine(found, span, attributes);
  const facts = factsOf(found, span.scope);
  const usage = usageOf(found, span.scope);
  const into = createGathering(span.attributes);
  addFields(into, found, usage);
  if (CALLS.has(facts.type)) addNames(into, found, facts, usage);
  addMessages(into, found, findMessages(span, attributes, facts.operation ?? ''), facts.type);
  return { type: facts.type, attributes: into.attributes, scores, rules: [...into.rules].sort(), facts };
};

/** What was said in a span's call, in one shape, whether sent so or not. */
export const spanMessages = (span: SpanInput): SpanMessages => {
  const attributes = attributesOf(span);
  const operation = findIn(span, attributes);
  const named = operation === null ? undefined : valueOf(operation, 'gen_ai.operation.name');
  const { rules: _rules, ...messages } = findMessages(span, attributes, typeof named === 'string' ? named : '');
  return messages;
};
