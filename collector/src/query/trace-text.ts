import { toOtlp, type TraceDocument } from 'noveum-proto';

import { listText, withListText } from './json-text.js';

/** How one trace is given: the document, the document with its analytics beside, the list of its spans, or OTLP/JSON. */
export type TraceForm = 'document' | 'analysed' | 'spans' | 'otlp';

/** OTLP's lists in lists, down to the spans. */
const LISTS = ['resourceSpans', 'scopeSpans', 'spans'];

const otlpText = (message: object, [name, ...inner] = LISTS): Iterable<string> => {
  if (name === undefined) return [JSON.stringify(message)];
  const { [name]: list, ...rest } = message as Record<string, readonly object[]>;
  return withListText(
    rest,
    name,
    listText(list ?? [], (item) => otlpText(item, inner)),
  );
};

/** What is told beside a trace stands in its document before the spans. */
export const traceText = (
  document: TraceDocument & { readonly matches?: readonly object[] },
  form: TraceForm,
): Iterable<string> => {
  const { spans, ...rest } = document;
  switch (form) {
    case 'document':
    case 'analysed':
      return withListText(rest, 'spans', listText(spans));
    case 'spans':
      return listText(spans);
    case 'otlp':
      return otlpText(toOtlp(document));
  }
};
