import type { Message } from './otlp-arbitraries.js';

const TRACE_ID = new Uint8Array(16).fill(7);

/** One trace, its spans told apart by their ids. */
export const oneTrace = (message: Message): Message => {
  let spanNumber = 0;
  const walk = (name: string, value: unknown): unknown => {
    if (name === 'spans')
      return (value as Message[]).map((span) => ({
        ...span,
        traceId: TRACE_ID,
        spanId: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, ++spanNumber),
      }));
    return Array.isArray(value) ? value.map((item: Message) => children(item)) : value;
  };
  const children = (parent: Message): Message =>
    Object.fromEntries(Object.entries(parent).map(([name, value]) => [name, walk(name, value)]));
  return children(message);
};
