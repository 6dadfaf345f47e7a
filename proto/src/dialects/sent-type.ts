import { type Attributes, SPAN_TYPES, type SpanDocument, type SpanType } from '../document/index.js';

const TYPES: ReadonlySet<string> = new Set(SPAN_TYPES);

/** As sent, where a sender says it and it is one. */
export const sentTypeOf = (span: Pick<SpanDocument, 'noveum'>): SpanType | null => {
  const { sent } = span.noveum ?? {};
  const named =
    typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? (sent as Attributes).type : undefined;
  return typeof named === 'string' && TYPES.has(named) ? (named as SpanType) : null;
};
