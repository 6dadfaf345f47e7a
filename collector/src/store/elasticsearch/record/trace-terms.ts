import { documentTexts, type Fragment, otlpTexts, toTraceDocument } from 'noveum-proto';

import { createTextTerms } from '../../text-terms/index.js';

/** By which a search finds a trace; whoever searches then looks into its texts. */
export interface TraceTerms {
  /** A JSON list of strings. */
  readonly json: string;
  /** Some texts are not among the terms: such a trace is a candidate for every search. */
  readonly isCut: boolean;
}

/** UTF-16 code units of one trace's texts, and terms of them. */
const MAX_TRACE_UNITS = 4 * 1024 * 1024;
const MAX_TRACE_TERMS = 100_000;

const textTerms = createTextTerms();
/** By a term's number. */
let jsonOfTerms: string[] = [];

const jsonOf = (id: number): string => (jsonOfTerms[id] ??= JSON.stringify(textTerms.dictionary.term(id)));

const textsOf = (fragment: Fragment): readonly { readonly text: string }[] => {
  const read = fragment.kind === 'otlp-spans' ? otlpTexts(fragment.payload) : null;
  if (read !== null) return read;
  const document = toTraceDocument([fragment]);
  return document === null ? [] : documentTexts(document);
};

/** The terms of all that was said of a trace, each once. */
export const termsOfTrace = (fragments: readonly Fragment[]): TraceTerms => {
  if (textTerms.forget()) jsonOfTerms = [];
  const mark = textTerms.nextMark();
  let units = 0;
  let count = 0;
  let json = '';
  for (const fragment of fragments)
    for (const { text } of textsOf(fragment)) {
      units += text.length;
      if (units > MAX_TRACE_UNITS || count >= MAX_TRACE_TERMS) return { json: `[${json}]`, isCut: true };
      const terms = textTerms.newTo(mark, text);
      count += terms.length;
      for (const id of terms) json += json === '' ? jsonOf(id) : `,${jsonOf(id)}`;
    }
  return { json: `[${json}]`, isCut: false };
};
