import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/**
 * A plain span says nothing of GenAI, has no events and no links, and is this small: where texts aren't looked into, and
 * limits are no narrower than these, no stage would change it.
 */
export const PLAIN_SPAN = {
  maxBytes: 2_048,
  /** An attribute takes six bytes at least. */
  maxAttributes: 341,
};

export const hasPlainShape = ({ events, links }: ReadableSpan, byteLength: number): boolean =>
  byteLength <= PLAIN_SPAN.maxBytes && events.length === 0 && links.length === 0;
