import type { Attributes, EventDocument } from '../document/index.js';
import { FACT_KEYS } from './facts.js';
import type { SpanInput } from './table.js';

/** Says all of a call that a span's own attributes could say, whatever it is. */
export const WHOLE_CALL_EVENT = 'gen_ai.client.inference.operation.details';

/** Events that hold contents or a time of a call, and nothing else that is asked. */
const CONTENTS: ReadonlySet<string> = new Set([
  'gen_ai.content.prompt',
  'gen_ai.content.completion',
  'ai.stream.firstChunk',
]);

const isFactKey: ReadonlySet<string> = new Set(FACT_KEYS);

const bodyOf = (event: EventDocument): Attributes => {
  const { body } = event as { readonly body?: Attributes };
  return typeof body === 'object' && !Array.isArray(body) ? body : {};
};

const toldBy = (event: EventDocument): Attributes => {
  const told = { ...bodyOf(event), ...event.attributes };
  if (event.name === WHOLE_CALL_EVENT) return told;
  return Object.fromEntries(Object.entries(told).filter(([key]) => !isFactKey.has(key)));
};

/** The span's attributes and, where it has none of a name, those of the events that speak for it. */
export const attributesOf = (span: SpanInput): Attributes => {
  const telling = span.events.filter(({ name }) => name === WHOLE_CALL_EVENT || CONTENTS.has(name));
  if (telling.length === 0) return span.attributes;
  return Object.assign({}, ...telling.toReversed().map(toldBy), span.attributes) as Attributes;
};
