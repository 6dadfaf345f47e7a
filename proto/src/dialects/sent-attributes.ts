import type { Attributes, EventDocument } from '../document/index.js';
import type { SpanInput } from './table.js';

/** Events whose attributes say of a call what a span's own would say. */
const TELLING: ReadonlySet<string> = new Set([
  'gen_ai.client.inference.operation.details',
  'gen_ai.content.prompt',
  'gen_ai.content.completion',
  'ai.stream.firstChunk',
]);

const bodyOf = (event: EventDocument): Attributes => {
  const { body } = event as { readonly body?: Attributes };
  return typeof body === 'object' && !Array.isArray(body) ? body : {};
};

/** The span's attributes and, where it has none of a name, those of the events that speak for it. */
export const attributesOf = (span: SpanInput): Attributes => {
  const telling = span.events.filter((event) => TELLING.has(event.name));
  if (telling.length === 0) return span.attributes;
  return Object.assign(
    {},
    ...telling.toReversed().flatMap((event) => [bodyOf(event), event.attributes]),
    span.attributes,
  ) as Attributes;
};
