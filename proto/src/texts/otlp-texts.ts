import { createKnownAttributes, createTraceVisitor } from '../otlp/index.js';
import type { DocumentText } from './document-texts.js';
import { createOtlpTextReader } from './otlp-span-texts.js';

const CHECKED_BEFORE = { check: false, nesting: 64 };
const SPAN_ID_BYTES = 8;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const visit = createTraceVisitor(createKnownAttributes([]));
const readSpanTexts = createOtlpTextReader();

const hexAt = (bytes: Uint8Array, at: number): string => {
  let hex = '';
  for (let byte = at; byte < at + SPAN_ID_BYTES; byte++) hex += HEX[bytes[byte] as number] ?? '';
  return hex;
};

/**
 * What `documentTexts` gives of the document of one TracesData message, without making it: a tenth of the time. Null
 * where a span came twice in it, for then only the document knows which counts. Bytes that were checked before.
 */
export const otlpTexts = (payload: Uint8Array): DocumentText[] | null => {
  const texts: DocumentText[] = [];
  const spanIds = new Set<string>();
  let spans = 0;
  visit(
    payload,
    {
      span({ end, offset, spanIdOffset }) {
        if (spanIdOffset < 0) return;
        const spanId = hexAt(payload, spanIdOffset);
        spanIds.add(spanId);
        spans++;
        for (const { field, text } of readSpanTexts(payload, offset, end)) texts.push({ field, spanId, text });
      },
    },
    CHECKED_BEFORE,
  );
  return spanIds.size === spans ? texts : null;
};
