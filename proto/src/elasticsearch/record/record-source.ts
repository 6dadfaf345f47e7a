import type { Fragment } from '../../document/index.js';
import { createJsonWriter } from './json-writer.js';
import { createTermsWriter } from './trace-terms.js';

/** Of one record after the other. */
const out = createJsonWriter();
const writeTerms = createTermsWriter(out);

export interface Source {
  /** Neither is empty. */
  readonly shown: object;
  readonly spans: readonly Uint8Array[];
  readonly own: object;
  /** See `encodeFragments`. */
  readonly payload: Uint8Array;
  /** Whose terms are written too; missing in parts. None: they aren't kept. */
  readonly termsOf?: readonly Fragment[];
}

const withoutEnd = (object: object): string => JSON.stringify(object).slice(0, -1);

/** Valid until the next call. */
export const sourceOf = ({ own, payload, shown, spans, termsOf }: Source): Uint8Array => {
  out.reset();
  out.json(withoutEnd(shown));
  out.ascii(',"spans":[');
  spans.forEach((span, at) => {
    if (at > 0) out.ascii(',');
    out.bytes(span);
  });
  out.ascii('],"noveum":');
  out.json(withoutEnd(own));
  out.ascii(',"payload":');
  out.characters(payload, 0, payload.length);
  if (termsOf !== undefined) {
    out.ascii(',"terms":');
    const isWhole = writeTerms(termsOf) && termsOf.length > 0;
    out.ascii(`,"are_terms_cut":${String(!isWhole)}`);
  }
  out.ascii('}}');
  return out.slice(0, out.length);
};

export const keptSourceOf = (source: Source): Uint8Array => Buffer.from(sourceOf(source));
