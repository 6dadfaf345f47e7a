import type { Attributes, Json, ScopeDocument, SpanType } from '../document/index.js';
import { compile } from './compile.js';
import { isList } from './convert.js';
import { DIALECTS } from './dialects.js';
import { FACT_FIELDS } from './fields.js';
import { createFinder, type Found, numberOf, textOf, valueOf } from './find-fields.js';
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

const COMPILED = compile(DIALECTS, FACT_FIELDS);

/** Attributes that facts are read from: of any other, no fact depends. */
export const FACT_KEYS: readonly string[] = [...COMPILED.entries.keys()];

const isFactKey = new Set(
  [...COMPILED.entries].filter(([, entries]) => entries.some((entry) => entry.isTelling)).map(([key]) => key),
);

/** Whether an attribute of this name may give a span GenAI meaning. */
export const saysGenAi = (key: string): boolean => isFactKey.has(key);

export const typeOf = (found: Found): SpanType => {
  const known = typeOfOperation(valueOf(found, 'gen_ai.operation.name'));
  if (known !== null) return known;
  const isCall =
    valueOf(found, 'gen_ai.request.model') !== undefined ||
    valueOf(found, 'gen_ai.response.model') !== undefined ||
    valueOf(found, 'gen_ai.usage.output_tokens') !== undefined;
  return isCall ? 'llm' : 'span';
};

export const costOf = (found: Found): number | null => {
  const total = numberOf(found, 'llm.cost');
  if (total !== undefined) return total;
  const input = numberOf(found, 'llm.cost.input');
  const output = numberOf(found, 'llm.cost.output');
  return input === undefined && output === undefined ? null : (input ?? 0) + (output ?? 0);
};

const WITH_PROVIDERS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank', 'agent']);

export const providerOf = (found: Found, type: SpanType): string | null => {
  const provider = textOf(found, 'gen_ai.provider.name');
  if (provider === undefined || !WITH_PROVIDERS.has(type)) return null;
  return type === 'agent' && isFramework(provider) ? null : provider;
};

const tagsOf = (tags: Json | undefined): readonly string[] => (isList(tags) ? (tags as readonly string[]) : []);

/** Sets in what was found the model that answered, where only all of it together tells. */
export const factsOf = (found: Found, scope: ScopeDocument | undefined): SpanFacts => {
  answeringModel(found);
  const type = typeOf(found);
  const usage = usageOf(found, scope);
  const requestModel = textOf(found, 'gen_ai.request.model');
  const responseModel = textOf(found, 'gen_ai.response.model');
  return {
    type,
    operation: textOf(found, 'gen_ai.operation.name') ?? null,
    provider: providerOf(found, type),
    model: requestModel ?? responseModel ?? null,
    requestModel: requestModel ?? null,
    responseModel: responseModel ?? null,
    responseId: textOf(found, 'gen_ai.response.id') ?? null,
    inputTokens: usage.input ?? null,
    outputTokens: usage.output ?? null,
    totalTokens: usage.total ?? null,
    cacheReadTokens: usage.cacheRead ?? null,
    cacheWriteTokens: usage.cacheCreation ?? null,
    reasoningTokens: usage.reasoning ?? null,
    serviceTier: textOf(found, 'openai.response.service_tier') ?? textOf(found, 'openai.request.service_tier') ?? null,
    costUsd: costOf(found),
    user: textOf(found, 'user.id') ?? null,
    session: textOf(found, '#session') ?? textOf(found, 'gen_ai.conversation.id') ?? null,
    tags: tagsOf(valueOf(found, 'tag.tags')),
  };
};

export interface FactsReader {
  /** The facts of a span by its attributes, without its messages; null where nothing says GenAI. */
  read(attributes: Attributes, context: FactsContext): SpanFacts | null;
  /** As `read`, of values picked out by `FACT_KEYS`, in its order; undefined: not sent. */
  readValues(values: readonly (Json | undefined)[], context: FactsContext): SpanFacts | null;
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
    readValues(values, { isRoot, scope }) {
      finder.begin({ scopeName: scope?.name ?? '', isRoot });
      for (let slot = 0; slot < values.length; slot++) {
        const value = values[slot];
        if (value !== undefined) finder.take(ENTRIES[slot], value);
      }
      return finish(scope);
    },
  };
};
