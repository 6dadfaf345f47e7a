import { documentTexts, type Fragment, otlpTexts, toTraceDocument } from 'noveum-proto';

import { createTextTerms } from '../../text-terms/index.js';
import type { JsonWriter } from './json-writer.js';

/** UTF-16 code units of one trace's texts, and terms of them. */
const MAX_TRACE_UNITS = 4 * 1024 * 1024;
const MAX_TRACE_TERMS = 100_000;

const textTerms = createTextTerms();

/** The JSON strings of terms, one after the other: where each begins and ends is at twice its number. */
let json = Buffer.allocUnsafeSlow(64 * 1024);
let bounds = new Int32Array(16 * 1024);
let used = 0;

const forgetTerms = (): void => {
  bounds.fill(0);
  used = 0;
};

const keepJson = (id: number): void => {
  const text = JSON.stringify(textTerms.dictionary.term(id));
  while (2 * id + 1 >= bounds.length) {
    const wider = new Int32Array(2 * bounds.length);
    wider.set(bounds);
    bounds = wider;
  }
  if (used + 3 * text.length > json.length) {
    const wider = Buffer.allocUnsafeSlow(Math.max(2 * json.length, used + 3 * text.length));
    json.copy(wider, 0, 0, used);
    json = wider;
  }
  bounds[2 * id] = used;
  used += json.write(text, used);
  bounds[2 * id + 1] = used;
};

const writeTerm = (out: JsonWriter, id: number): void => {
  if (!bounds[2 * id + 1]) keepJson(id);
  out.bytes(json, bounds[2 * id], bounds[2 * id + 1]);
};

const textsOf = (fragment: Fragment): readonly { readonly text: string }[] => {
  const read = fragment.kind === 'otlp-spans' ? otlpTexts(fragment.payload) : null;
  if (read !== null) return read;
  const document = toTraceDocument([fragment]);
  return document === null ? [] : documentTexts(document);
};

/**
 * Writes the terms of all that was said of a trace, each once, as a JSON list: by which a search finds it, and then
 * looks into its texts. False where some texts are not among them: such a trace is a candidate for every search.
 */
export const writeTerms = (out: JsonWriter, fragments: readonly Fragment[]): boolean => {
  if (textTerms.forget()) forgetTerms();
  const mark = textTerms.nextMark();
  let units = 0;
  let count = 0;
  let isWhole = true;
  out.ascii('[');
  for (const fragment of fragments)
    for (const { text } of textsOf(fragment)) {
      units += text.length;
      if (units > MAX_TRACE_UNITS || count >= MAX_TRACE_TERMS) {
        isWhole = false;
        break;
      }
      for (const id of textTerms.newTo(mark, text)) {
        if (count++ > 0) out.ascii(',');
        writeTerm(out, id);
      }
    }
  out.ascii(']');
  return isWhole;
};
