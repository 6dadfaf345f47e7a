import type { Attributes } from '@opentelemetry/api';
import { assistantMessage, type Message, textPart, toMessage, toolCallPart } from './messages.js';
import { NAMES } from './names.js';
import { fieldOf, isObject, listOf, textOf } from './read.js';
import { readUsage, type Usage, usageAttributes } from './usage.js';

/** What a provider's response tells beside its content. */
export interface ResponseFacts {
  readonly model?: string | undefined;
  readonly id?: string | undefined;
  readonly finishReasons?: readonly string[] | undefined;
  readonly usage?: Usage | undefined;
}

const reasonsOf = (choices: readonly unknown[], name: string): readonly string[] =>
  choices.map((choice) => textOf(choice, name)).filter((reason) => reason !== undefined);

const reasonsOfResponse = (response: unknown): readonly string[] => {
  const choices = listOf(response, 'choices');
  if (choices.length > 0) return reasonsOf(choices, 'finish_reason');
  const candidates = listOf(response, 'candidates');
  if (candidates.length > 0) return reasonsOf(candidates, 'finishReason');
  const reason = textOf(response, 'stop_reason') ?? textOf(response, 'finishReason') ?? textOf(response, 'stopReason');
  return reason === undefined ? [] : [reason];
};

/** Of OpenAI (chat, responses, embeddings), Anthropic, Gemini, Bedrock, Vercel and who speaks as they do. */
export const readResponse = (response: unknown): ResponseFacts | undefined => {
  if (!isObject(response) || Array.isArray(response)) return undefined;
  // Vercel's result has what the provider said in `response`; older Gemini SDKs have all of it there.
  const inner = fieldOf(response, 'response');
  const usage =
    readUsage(fieldOf(response, 'totalUsage')) ??
    readUsage(fieldOf(response, 'usage')) ??
    readUsage(fieldOf(response, 'usageMetadata')) ??
    readUsage(fieldOf(inner, 'usageMetadata'));
  const model =
    textOf(response, 'model') ??
    textOf(response, 'modelVersion') ??
    textOf(inner, 'modelId') ??
    textOf(inner, 'modelVersion');
  const id = textOf(response, 'id') ?? textOf(response, 'responseId') ?? textOf(inner, 'id');
  const reasons = reasonsOfResponse(response);
  const finishReasons = reasons.length > 0 ? reasons : reasonsOfResponse(inner);
  if (usage === undefined && finishReasons.length === 0 && model === undefined) return undefined;
  return { usage, model, id, finishReasons };
};

export const responseAttributes = (facts: ResponseFacts): Attributes => ({
  ...(facts.usage === undefined ? {} : usageAttributes(facts.usage)),
  ...(facts.model === undefined ? {} : { [NAMES.responseModel]: facts.model }),
  ...(facts.id === undefined ? {} : { [NAMES.responseId]: facts.id }),
  ...(facts.finishReasons === undefined || facts.finishReasons.length === 0
    ? {}
    : { [NAMES.responseFinishReasons]: [...facts.finishReasons] }),
});

const ofChoices = (choices: readonly unknown[]): readonly Message[] =>
  choices.map((choice) => {
    const reason = textOf(choice, 'finish_reason') ?? textOf(choice, 'finishReason');
    const said = fieldOf(choice, 'message') ?? fieldOf(choice, 'content') ?? { content: fieldOf(choice, 'text') };
    return toMessage(said, 'assistant', reason);
  });

const ofItems = (items: readonly unknown[]): readonly Message[] =>
  items.filter((item) => textOf(item, 'type') !== 'reasoning').map((item) => toMessage(item, 'assistant'));

/** What was answered, where it can be known for messages: a text, or a response of a provider. */
export const outputMessagesOf = (response: unknown): readonly Message[] | undefined => {
  if (typeof response === 'string') return [assistantMessage([textPart(response)])];
  if (!isObject(response) || Array.isArray(response)) return undefined;
  const choices = [listOf(response, 'choices'), listOf(response, 'candidates')].find((list) => list.length > 0);
  if (choices !== undefined) return ofChoices(choices);
  const items = listOf(response, 'output');
  if (items.length > 0) return ofItems(items);
  if (textOf(response, 'role') !== undefined)
    return [toMessage(response, 'assistant', textOf(response, 'stop_reason'))];
  const text = textOf(response, 'text');
  const calls = listOf(response, 'toolCalls').map(toolCallPart);
  if (text === undefined && calls.length === 0) return undefined;
  return [
    assistantMessage([...(text === undefined ? [] : [textPart(text)]), ...calls], textOf(response, 'finishReason')),
  ];
};

/** How long the vectors are: of an embeddings response, a vector, or a list of them. */
export const dimensionsOf = (result: unknown): number | undefined => {
  const list = Array.isArray(result)
    ? result
    : [listOf(result, 'data'), listOf(result, 'embeddings')].find((of) => of.length > 0);
  const [first] = (list ?? [fieldOf(result, 'embedding')]) as readonly unknown[];
  if (typeof first === 'number') return list?.length;
  if (Array.isArray(first)) return first.length;
  const vector = fieldOf(first, 'embedding') ?? fieldOf(first, 'values');
  return Array.isArray(vector) ? vector.length : undefined;
};
