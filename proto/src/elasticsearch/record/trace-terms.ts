import { createTermReader } from '../../text/index.js';
import { documentTexts, otlpTexts } from '../../texts/index.js';
import { type Fragment, toTraceDocument } from '../../document/index.js';
import { createTermDictionary } from '../../indexing/index.js';
import type { JsonWriter } from './json-writer.js';

/** UTF-16 code units of one trace's texts, and terms of them. */
const MAX_TRACE_UNITS = 4 * 1024 * 1024;
const MAX_TRACE_TERMS = 100_000;

/** A larger dictionary is not kept: it is cleared for each trace. */
const KEPT_TERMS = 8_000;
const ANY_MARK = 1;

/**
 * The terms of one trace at a time: a dictionary of all traces is too large for the processor's second cache. Making a
 * record took a tenth less so.
 */
const createTermWriter = (out: JsonWriter) => {
  let dictionary = createTermDictionary();
  let texts = new Set<string>();
  let units = 0;

  const read = createTermReader((characters, from, to) => {
    if (dictionary.note(characters, from, to, ANY_MARK) < 0) return;
    if (dictionary.size > 1) out.ascii(',');
    out.units(characters, from, to);
  });

  return {
    begin() {
      if (dictionary.size > KEPT_TERMS) dictionary = createTermDictionary();
      else dictionary.clear();
      if (texts.size > 0) texts = new Set();
      units = 0;
    },
    /** False where there are too many. */
    add(text: string): boolean {
      // A conversation sends its messages again with each turn.
      if (texts.has(text)) return true;
      texts.add(text);
      units += text.length;
      if (units > MAX_TRACE_UNITS || dictionary.size >= MAX_TRACE_TERMS) return false;
      read(text);
      return true;
    },
  };
};

const textsOf = (fragment: Fragment): readonly { readonly text: string }[] => {
  const read = fragment.kind === 'otlp-spans' ? otlpTexts(fragment.payload) : null;
  if (read !== null) return read;
  const document = toTraceDocument([fragment]);
  return document === null ? [] : documentTexts(document);
};

/**
 * Creates what writes the terms of all that was said of a trace, each once, as a JSON list: by which a search finds it,
 * and then looks into its texts. It returns false where some texts are not among them: such a trace is a candidate for
 * every search.
 */
export const createTermsWriter = (out: JsonWriter): ((fragments: readonly Fragment[]) => boolean) => {
  const terms = createTermWriter(out);

  const addAll = (fragments: readonly Fragment[]): boolean => {
    for (const fragment of fragments) for (const { text } of textsOf(fragment)) if (!terms.add(text)) return false;
    return true;
  };

  return (fragments) => {
    terms.begin();
    out.ascii('[');
    const isWhole = addAll(fragments);
    out.ascii(']');
    return isWhole;
  };
};
