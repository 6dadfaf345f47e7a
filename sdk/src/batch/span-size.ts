import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** Ids, times and framing of a span as OTLP protobuf. */
const SPAN_BYTES = 120;
const ENTRY_BYTES = 24;

const valueSize = (value: AttributeValue | undefined): number => {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 8;
  let size = 0;
  for (const item of value) size += 4 + (typeof item === 'string' ? item.length : 8);
  return size;
};

const attributesSize = (attributes: Attributes): number => {
  let size = 0;
  for (const key in attributes) size += ENTRY_BYTES + valueSize(attributes[key]);
  return size;
};

/** Roughly the bytes of a span once encoded: UTF-16 code units count as one byte, keys as a fixed length. */
export const estimatedSize = (span: ReadableSpan): number => {
  let size = SPAN_BYTES + span.name.length + attributesSize(span.attributes);
  for (const event of span.events) size += ENTRY_BYTES + event.name.length + attributesSize(event.attributes ?? {});
  for (const link of span.links) size += 2 * ENTRY_BYTES + attributesSize(link.attributes ?? {});
  return size;
};
