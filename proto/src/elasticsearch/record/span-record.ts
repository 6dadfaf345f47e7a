import type { Attributes, SpanDocument } from '../../document/index.js';
import { keywordOf, keywordOrNull } from './keyword-of.js';

/** Elasticsearch refuses a field whose name is empty or white space (as Java sees it), mapped or not. */
const BLANK = /^[\s\u001c-\u001f]*$/;

const SHORT_BLANK = 8;
const isBlank = (name: string): boolean => (name.length < SHORT_BLANK || name.charCodeAt(0) <= 32) && BLANK.test(name);

interface Named {
  readonly attributes: Attributes;
  /** Those whose names can't be a field's; missing where there are none. */
  readonly unnamed_attributes?: Attributes;
}

export const namedAttributes = (attributes: Attributes): Named => {
  let hasBlank = false;
  for (const name in attributes) if (isBlank(name)) hasBlank = true;
  if (!hasBlank) return { attributes };
  const entries = Object.entries(attributes);
  return {
    attributes: Object.fromEntries(entries.filter(([name]) => !isBlank(name))),
    unnamed_attributes: Object.fromEntries(entries.filter(([name]) => isBlank(name))),
  };
};

/** A span as `spans` holds it: as the document does, but with names that can be fields, and texts that can be terms. */
export const spanRecordOf = (span: SpanDocument) => ({
  ...span,
  ...namedAttributes(span.attributes),
  span_id: keywordOf(span.span_id),
  trace_id: keywordOf(span.trace_id),
  parent_span_id: keywordOrNull(span.parent_span_id),
  name: keywordOf(span.name),
});

/** The same of a span that is too large to be shown: what was received is in the payload all the same. */
export const withoutContent = (span: SpanDocument): SpanDocument => ({
  ...span,
  status_message: null,
  attributes: {},
  events: [],
  links: [],
  noveum: { left_out: true },
});
