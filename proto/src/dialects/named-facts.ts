import type { Attributes, Json, SpanType } from '../document/index.js';
import { compile } from './compile.js';
import { DIALECTS } from './dialects.js';
import { type FactsContext, factsOf, type SpanFacts } from './facts.js';
import { FACT_FIELDS, FIELD_NAMES, SLOTS } from './fields.js';
import { createFinder, type Found, textOfAt } from './find-fields.js';
import { attributesOf } from './sent-attributes.js';
import type { SpanInput } from './table.js';

/** What a roll-up needs of a span, and by which name it goes. */
export interface NamedFacts {
  readonly facts: SpanFacts;
  /** The agent, tool, workflow or data source that the span is a run of; null: none is named. */
  readonly entity: string | null;
}

const NAME_OF: Readonly<Partial<Record<SpanType, number>>> = {
  agent: SLOTS['gen_ai.agent.name'],
  tool: SLOTS['gen_ai.tool.name'],
  workflow: SLOTS['gen_ai.workflow.name'],
  retrieval: SLOTS['gen_ai.data_source.id'],
};

const NAMES = new Set(Object.values(NAME_OF));

const COMPILED = compile(DIALECTS, FIELD_NAMES.length, (slot) => slot < FACT_FIELDS || NAMES.has(slot));

const ENTRIES = [...COMPILED.entries.values()];

/** Attributes that named facts are read from. */
export const NAMED_FACT_KEYS: readonly string[] = [...COMPILED.entries.keys()];

export interface NamedFactsReader {
  /** Of a span as it was sent; null where nothing says GenAI. */
  read(span: SpanInput): NamedFacts | null;
  /** Of values picked out by `NAMED_FACT_KEYS`, in its order: those at the first `count` of `slots`; others are left alone. */
  readSlots(
    values: readonly (Json | undefined)[],
    slots: readonly number[],
    count: number,
    context: FactsContext,
  ): NamedFacts | null;
}

const isRoot = ({ parent_span_id: parent }: SpanInput): boolean => parent === null || parent === undefined;

/** For many spans, one after the other. */
export const createNamedFactsReader = (): NamedFactsReader => {
  const finder = createFinder(COMPILED);

  const finish = (found: Found | null, scope: FactsContext['scope']): NamedFacts | null => {
    if (found === null) return null;
    const facts = factsOf(found, scope);
    const slot = NAME_OF[facts.type];
    return { facts, entity: slot === undefined ? null : (textOfAt(found, slot) ?? null) };
  };

  return {
    read(span) {
      const attributes: Attributes = attributesOf(span);
      finder.begin({ scopeName: span.scope?.name ?? '', isRoot: isRoot(span) });
      for (const key in attributes) finder.take(COMPILED.entries.get(key), attributes[key]);
      return finish(finder.finish(), span.scope);
    },
    readSlots(values, slots, count, context) {
      finder.begin({ scopeName: context.scope?.name ?? '', isRoot: context.isRoot });
      for (let at = 0; at < count; at++) {
        const slot = slots[at] ?? -1;
        finder.take(ENTRIES[slot], values[slot]);
      }
      return finish(finder.finish(), context.scope);
    },
  };
};
