import type { Attributes, EventDocument } from '../document/index.js';

const RESPONSE_ID = 'gen_ai.response.id';

/** The response that an event names, in its attributes or as a log record in its body. */
export const responseOf = (event: EventDocument): string | null => {
  const { body } = event as { readonly body?: Attributes };
  const inBody = typeof body === 'object' && !Array.isArray(body) ? body[RESPONSE_ID] : undefined;
  const named = event.attributes[RESPONSE_ID] ?? inBody;
  return typeof named === 'string' ? named : null;
};
