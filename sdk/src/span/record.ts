import type { Span } from '@opentelemetry/api';
import {
  dimensionsOf,
  inputMessagesOf,
  isObject,
  NAMES,
  outputMessagesOf,
  OWN_NAMES,
  readResponse,
  requestAttributes,
  responseAttributes,
  serialise,
  systemPartsOf,
  fieldOf,
  listOf,
  textOf,
} from '../capture/index.js';
import type { Runtime } from '../runtime/index.js';
import type { TracedType } from './options.js';
import type { Plan } from './plan.js';

const SPEAKS: ReadonlySet<TracedType> = new Set<TracedType>(['llm', 'agent', 'embedding', 'rerank', 'workflow']);

const setJson = (span: Span, name: string, value: unknown, limit: number): void => {
  span.setAttribute(name, serialise(value, limit));
};

const queryOf = (asked: unknown): string | undefined =>
  typeof asked === 'string' ? asked : (textOf(asked, 'query') ?? textOf(asked, 'question') ?? textOf(asked, 'input'));

/** What went in, by the name that the span's type has for it. */
export const writeInput = (span: Span, type: TracedType, input: unknown, limit: number): void => {
  if (type === 'tool') {
    setJson(span, NAMES.toolArguments, input, limit);
    return;
  }
  const query = type === 'retrieval' ? queryOf(Array.isArray(input) ? input[0] : input) : undefined;
  if (query !== undefined) setJson(span, NAMES.retrievalQuery, query, limit);
  const messages = SPEAKS.has(type) ? inputMessagesOf(input) : undefined;
  if (messages === undefined) {
    if (query === undefined) setJson(span, OWN_NAMES.input, input, limit);
    return;
  }
  setJson(span, NAMES.inputMessages, messages, limit);
  if (!isObject(input) || Array.isArray(input)) return;
  const system = systemPartsOf(input);
  if (system.length > 0) setJson(span, NAMES.systemInstructions, system, limit);
  const tools = listOf(input, 'tools');
  if (tools.length > 0) setJson(span, NAMES.toolDefinitions, tools, limit);
};

const documentsOf = (output: unknown): readonly unknown[] | undefined => {
  if (Array.isArray(output)) return output as readonly unknown[];
  for (const name of ['documents', 'results', 'matches', 'hits']) {
    const held = fieldOf(output, name);
    if (Array.isArray(held)) return held as readonly unknown[];
  }
  return undefined;
};

/** What came out, by the name that the span's type has for it. Vectors are never written. */
export const writeOutput = (span: Span, type: TracedType, output: unknown, limit: number): void => {
  if (type === 'embedding') return;
  const documents = type === 'retrieval' ? documentsOf(output) : undefined;
  const messages = SPEAKS.has(type) ? outputMessagesOf(output) : undefined;
  if (type === 'tool') setJson(span, NAMES.toolResult, output, limit);
  else if (documents !== undefined) setJson(span, NAMES.retrievalDocuments, documents, limit);
  else if (messages !== undefined) setJson(span, NAMES.outputMessages, messages, limit);
  else setJson(span, OWN_NAMES.output, output, limit);
};

/** What a response tells without its content: tokens, the model that answered, why it ended. */
export const writeFacts = (span: Span, type: TracedType, response: unknown): void => {
  if (!isObject(response)) return;
  const facts = readResponse(response);
  if (facts !== undefined) span.setAttributes(responseAttributes(facts));
  const dimensions = type === 'embedding' ? dimensionsOf(response) : undefined;
  if (dimensions !== undefined) span.setAttribute(NAMES.embeddingDimensions, dimensions);
};

const toldByHand = new WeakMap<Span, Set<'input' | 'output'>>();

/** What the application has said of a span itself isn't written over by what is captured. */
export const noteTold = (span: Span, what: 'input' | 'output'): void => {
  const told = toldByHand.get(span);
  if (told === undefined) toldByHand.set(span, new Set([what]));
  else told.add(what);
};

export const isTold = (span: Span, what: 'input' | 'output'): boolean => toldByHand.get(span)?.has(what) === true;

/** Arguments as one value: the only one, else all of them. */
const argumentsOf = (args: readonly unknown[]): unknown => (args.length === 1 ? args[0] : args);

const chosen = (choose: ((value: never) => unknown) | undefined, value: unknown, otherwise: unknown): unknown =>
  choose === undefined ? otherwise : (choose as (value: unknown) => unknown)(value);

/** Of a call that begins. Faults, of the application's callbacks too, end here. */
export const recordInput = (span: Span, plan: Plan, runtime: Runtime, args: readonly unknown[]): void => {
  try {
    if (plan.countArguments !== undefined) span.setAttribute(plan.countArguments, args.length);
    if (plan.isCallOfModel) span.setAttributes(requestAttributes(args[0]));
    if (!(plan.captureContent ?? runtime.capture.content) || plan.captureInput === false || args.length === 0) return;
    const input = chosen(plan.captureInput, args, argumentsOf(args));
    if (input !== undefined) writeInput(span, plan.type, input, runtime.capture.maxContentLength);
  } catch (error) {
    runtime.onError(error, 'captureInput');
  }
};

/** Of a call that has given its result. */
export const recordOutput = (span: Span, plan: Plan, runtime: Runtime, result: unknown): void => {
  try {
    if (SPEAKS.has(plan.type)) writeFacts(span, plan.type, result);
    if (!(plan.captureContent ?? runtime.capture.content) || plan.captureOutput === false || result === undefined)
      return;
    if (isTold(span, 'output')) return;
    const output = chosen(plan.captureOutput, result, result);
    if (output !== undefined) writeOutput(span, plan.type, output, runtime.capture.maxContentLength);
  } catch (error) {
    runtime.onError(error, 'captureOutput');
  }
};
