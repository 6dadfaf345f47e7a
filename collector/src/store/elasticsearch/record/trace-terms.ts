import { createTermReader, documentTexts, type Fragment, otlpTexts, toTraceDocument } from 'noveum-proto';

/** By which a search finds a trace; whoever searches then looks into its texts. */
export interface TraceTerms {
  readonly terms: readonly string[];
  /** Some texts are not among the terms: such a trace is a candidate for every search. */
  readonly isCut: boolean;
}

/** UTF-16 code units of one trace's texts, and terms of them. */
const MAX_TRACE_UNITS = 4 * 1024 * 1024;
const MAX_TRACE_TERMS = 100_000;

const ascii = new TextDecoder('utf-16le');
const found = new Set<string>();
const readTerms = createTermReader((units, from, to) => {
  if (found.size < MAX_TRACE_TERMS) found.add(ascii.decode(units.subarray(from, to)));
});

const textsOf = (fragment: Fragment): readonly { readonly text: string }[] => {
  const read = fragment.kind === 'otlp-spans' ? otlpTexts(fragment.payload) : null;
  if (read !== null) return read;
  const document = toTraceDocument([fragment]);
  return document === null ? [] : documentTexts(document);
};

/** The terms of all that was said of a trace; each text is read once. */
export const termsOfTrace = (fragments: readonly Fragment[]): TraceTerms => {
  const texts = new Set(fragments.flatMap((fragment) => textsOf(fragment).map(({ text }) => text)));
  let units = 0;
  found.clear();
  for (const text of texts) {
    units += text.length;
    if (units > MAX_TRACE_UNITS) break;
    readTerms(text);
  }
  const isCut = units > MAX_TRACE_UNITS || found.size >= MAX_TRACE_TERMS;
  return { terms: [...found], isCut };
};
