import { type Attributes, SpanKind, type SpanOptions as ApiSpanOptions } from '@opentelemetry/api';
import { NAMES, OWN_NAMES, requestedModelOf } from '../capture/index.js';
import type { SpanOptions, TracedType, TraceOptions } from './options.js';

interface Operation {
  readonly operation?: string;
  readonly kind: SpanKind;
  /** What the name is an attribute of; its spans are named `<operation> <name>`. */
  readonly entity?: string;
}

const OPERATIONS: Readonly<Record<TracedType, Operation>> = {
  span: { kind: SpanKind.INTERNAL },
  llm: { operation: 'chat', kind: SpanKind.CLIENT },
  agent: { operation: 'invoke_agent', kind: SpanKind.INTERNAL, entity: NAMES.agentName },
  tool: { operation: 'execute_tool', kind: SpanKind.INTERNAL, entity: NAMES.toolName },
  retrieval: { operation: 'retrieval', kind: SpanKind.CLIENT, entity: NAMES.dataSourceId },
  embedding: { operation: 'embeddings', kind: SpanKind.CLIENT },
  rerank: { operation: 'rerank', kind: SpanKind.CLIENT },
  workflow: { operation: 'invoke_workflow', kind: SpanKind.INTERNAL, entity: OWN_NAMES.workflowName },
  chain: { operation: 'chain', kind: SpanKind.INTERNAL },
  guardrail: { operation: 'guardrail', kind: SpanKind.INTERNAL },
  evaluator: { operation: 'evaluator', kind: SpanKind.INTERNAL },
};

const CALLS_OF_MODELS: ReadonlySet<TracedType> = new Set<TracedType>(['llm', 'embedding', 'rerank']);

/** All of a span that doesn't depend on the call: made once a wrapper. */
export interface Plan {
  readonly type: TracedType;
  readonly name: string;
  /** Without a model told, the span is named by the one that a request names: `chat gpt-4o`. */
  readonly operationOfRequest: string | undefined;
  readonly start: ApiSpanOptions;
  readonly parent: SpanOptions['parent'];
  readonly isCallOfModel: boolean;
  readonly countArguments: string | undefined;
  readonly captureContent: boolean | undefined;
  readonly captureInput: false | ((args: never) => unknown) | undefined;
  readonly captureOutput: false | ((result: never) => unknown) | undefined;
}

const DESCRIPTIONS: Readonly<Partial<Record<TracedType, string>>> = {
  agent: NAMES.agentDescription,
  tool: NAMES.toolDescription,
};

const attributesOf = (
  type: TracedType,
  operation: string | undefined,
  name: string,
  options: SpanOptions,
): Attributes => {
  const { entity } = OPERATIONS[type];
  const description = DESCRIPTIONS[type];
  return {
    ...(operation === undefined ? {} : { [NAMES.operation]: operation }),
    ...(options.provider === undefined ? {} : { [NAMES.provider]: options.provider }),
    ...(options.model === undefined ? {} : { [NAMES.requestModel]: options.model }),
    ...(entity === undefined || name === '' ? {} : { [entity]: name }),
    ...(type === 'tool' ? { [NAMES.toolType]: 'function' } : {}),
    ...(description === undefined || options.description === undefined ? {} : { [description]: options.description }),
    ...options.attributes,
  };
};

const spanNameOf = (
  type: TracedType,
  operation: string | undefined,
  given: string | undefined,
  own: string,
  model?: string,
): string => {
  const name = given ?? own;
  if (OPERATIONS[type].entity !== undefined) return [operation, name].filter(Boolean).join(' ');
  if (given === undefined && CALLS_OF_MODELS.has(type)) return [operation, model].filter(Boolean).join(' ');
  return name === '' ? (operation ?? 'anonymous') : name;
};

/** `ownName`: the function's, used where none is given. */
export const createPlan = (options: TraceOptions<never, never>, ownName: string): Plan => {
  const type = options.type ?? 'span';
  const known = OPERATIONS[type];
  const operation = options.operation ?? known.operation;
  const isCallOfModel = CALLS_OF_MODELS.has(type);
  return {
    type,
    name: spanNameOf(type, operation, options.name, ownName, options.model),
    operationOfRequest:
      isCallOfModel && options.name === undefined && options.model === undefined ? operation : undefined,
    start: {
      kind: options.kind ?? known.kind,
      attributes: attributesOf(type, operation, options.name ?? ownName, options),
      ...(options.links === undefined ? {} : { links: [...options.links] }),
    },
    parent: options.parent,
    isCallOfModel,
    countArguments: options.countArguments,
    captureContent: options.captureContent,
    captureInput: options.captureInput,
    captureOutput: options.captureOutput,
  };
};

export const nameOfCall = (plan: Plan, args: readonly unknown[]): string => {
  if (plan.operationOfRequest === undefined) return plan.name;
  const model = requestedModelOf(args[0]);
  return model === undefined ? plan.name : `${plan.operationOfRequest} ${model}`;
};

const TYPES = new Map(Object.entries(OPERATIONS).map(([type, { operation }]) => [operation, type as TracedType]));

/** What the operation that stands on a span says it is; undefined: nothing known. */
export const typeOfOperation = (operation: unknown): TracedType | undefined =>
  typeof operation === 'string' ? TYPES.get(operation) : undefined;
