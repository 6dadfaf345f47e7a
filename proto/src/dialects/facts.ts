import type { Attributes, Json, ScopeDocument, SpanType } from '../document/index.js';
import { compile } from './compile.js';
import { isList } from './convert.js';
import { DIALECTS } from './dialects.js';
import { FACT_FIELDS, SLOTS } from './fields.js';
import { createFinder, type Found, numberOfAt, textOfAt, valueOfAt } from './find-fields.js';
import { typeOfOperation } from './operations.js';
import { isFramework } from './providers.js';
import { answeringModel } from './refine.js';
import { usageOf } from './usage.js';

/** All that a roll-up needs of a span. Tokens are inclusive totals; `costUsd` only as sent. */
export interface SpanFacts {
  readonly type: SpanType;
  readonly operation: string | null;
  readonly provider: string | null;
  /** The model asked for, else the one that answered. */
  readonly model: string | null;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  readonly responseId: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly reasoningTokens: number | null;
  /** As the provider names it: the response's, else the one asked for. */
  readonly serviceTier: string | null;
  readonly costUsd: number | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly tags: readonly string[];
}

export interface FactsContext {
  readonly scope: ScopeDocument | undefined;
  readonly isRoot: boolean;
}

/** Places, looked up once. */
const AT = {
  conversationId: SLOTS['gen_ai.conversation.id'],
  llmCost: SLOTS['llm.cost'],
  llmCostInput: SLOTS['llm.cost.input'],
  llmCostOutput: SLOTS['llm.cost.output'],
  openaiRequestServiceTier: SLOTS['openai.request.service_tier'],
  openaiResponseServiceTier: SLOTS['openai.response.service_tier'],
  operationName: SLOTS['gen_ai.operation.name'],
  providerName: SLOTS['gen_ai.provider.name'],
  requestModel: SLOTS['gen_ai.request.model'],
  responseId: SLOTS['gen_ai.response.id'],
  responseModel: SLOTS['gen_ai.response.model'],
  session: SLOTS['#session'],
  tagTags: SLOTS['tag.tags'],
  usageOutputTokens: SLOTS['gen_ai.usage.output_tokens'],
  userId: SLOTS['user.id'],
} as const;

const COMPILED = compile(DIALECTS, FACT_FIELDS);

/** Attributes that facts are read from: of any other, no fact depends. */
export const FACT_KEYS: readonly string[] = [...COMPILED.entries.keys()];

const isFactKey = new Set(
  [...COMPILED.entries].filter(([, entries]) => entries.some((entry) => entry.isTelling)).map(([key]) => key),
);

/** Whether an attribute of this name may give a span GenAI meaning. */
export const saysGenAi = (key: string): boolean => isFactKey.has(key);

export const typeOf = (found: Found): SpanType => {
  const known = typeOfOperation(valueOfAt(found, AT.operationName));
  if (known !== null) return known;
  const isCall =
    valueOfAt(found, AT.requestModel) !== undefined ||
    valueOfAt(found, AT.responseModel) !== undefined ||
    valueOfAt(found, AT.usageOutputTokens) !== undefined;
  return isCall ? 'llm' : 'span';
};

export const costOf = (found: Found): number | null => {
  const total = numberOfAt(found, AT.llmCost);
  if (total !== undefined) return total;
  const input = numberOfAt(found, AT.llmCostInput);
  const output = numberOfAt(found, AT.llmCostOutput);
  return input === undefined && output === undefined ? null : (input ?? 0) + (output ?? 0);
};

const WITH_PROVIDERS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank', 'agent']);

export const providerOf = (found: Found, type: SpanType): string | null => {
  const provider = textOfAt(found, AT.providerName);
  if (provider === undefined || !WITH_PROVIDERS.has(type)) return null;
  return type === 'agent' && isFramework(provider) ? null : provider;
};

const tagsOf = (tags: Json | undefined): readonly string[] => (isList(tags) ? (tags as readonly string[]) : []);

/** Sets in what was found the model that answered, where only all of it together tells. */
export const factsOf = (found: Found, scope: ScopeDocument | undefined): SpanFacts => {
  answeringModel(found);
  const type = typeOf(found);
  const usage = usageOf(found, scope);
  const requestModel = textOfAt(found, AT.requestModel);
  const responseModel = textOfAt(found, AT.responseModel);
  return {
    type,
    operation: textOfAt(found, AT.operationName) ?? null,
    provider: providerOf(found, type),
    model: requestModel ?? responseModel ?? null,
    requestModel: requestModel ?? null,
    responseModel: responseModel ?? null,
    responseId: textOfAt(found, AT.responseId) ?? null,
    inputTokens: usage.input ?? null,
    outputTokens: usage.output ?? null,
    totalTokens: usage.total ?? null,
    cacheReadTokens: usage.cacheRead ?? null,
    cacheWriteTokens: usage.cacheCreation ?? null,
    reasoningTokens: usage.reasoning ?? null,
    serviceTier: textOfAt(found, AT.openaiResponseServiceTier) ?? textOfAt(found, AT.openaiRequestServiceTier) ?? null,
    costUsd: costOf(found),
    user: textOfAt(found, AT.userId) ?? null,
    session: textOfAt(found, AT.session) ?? textOfAt(found, AT.conversationId) ?? null,
    tags: tagsOf(valueOfAt(found, AT.tagTags)),
  };
};

export interface FactsReader {
  /** The facts of a span by its attributes, without its messages; null where nothing says GenAI. */
  read(attributes: Attributes, context: FactsContext): SpanFacts | null;
  /** As `read`, of values picked out by `FACT_KEYS`, in its order: those at the first `count` of `slots`. */
  readSlots(
    values: readonly (Json | undefined)[],
    slots: readonly number[],
    count: number,
    context: FactsContext,
  ): SpanFacts | null;
}

const ENTRIES = [...COMPILED.entries.values()];

/** For many spans, one after the other. */
export const createFactsReader = (): FactsReader => {
  const finder = createFinder(COMPILED);

  const finish = (scope: ScopeDocument | undefined): SpanFacts | null => {
    const found = finder.finish();
    return found === null ? null : factsOf(found, scope);
  };

  return {
    read(attributes, { isRoot, scope }) {
      finder.begin({ scopeName: scope?.name ?? '', isRoot });
      for (const key in attributes) finder.take(COMPILED.entries.get(key), attributes[key]);
      return finish(scope);
    },
    readSlots(values, slots, count, { isRoot, scope }) {
      finder.begin({ scopeName: scope?.name ?? '', isRoot });
      for (let at = 0; at < count; at++) {
        const slot = slots[at] ?? -1;
        finder.take(ENTRIES[slot], values[slot]);
      }
      return finish(scope);
    },
  };
};
