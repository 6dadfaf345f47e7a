import { matchTexts } from 'noveum-proto';

import type { TextCandidate, TextIndexReader, TextMatch, TextPlace, TextSearch, TraceText } from '../text-index.js';

export interface TextHit extends TextCandidate {
  /** Those of its texts that hold a part of what was asked. */
  readonly matches: readonly TextMatch[];
}

export interface TextPage {
  /** Newest first. */
  readonly hits: readonly TextHit[];
  /** Where to go on (`TextSearch.after`); null: there is no more. */
  readonly next: TextPlace | null;
  /** False where looking stopped at `maxChecked` before the page was full: there may be more after `next`. */
  readonly isFull: boolean;
}

export interface TextPageOptions {
  readonly limit: number;
  /** Candidates whose texts are looked into, for a query whose words are everywhere but never together. */
  readonly maxChecked: number;
  /**
   * All texts of a trace as it is stored now; null: it is gone, or is not wanted for another reason (a filter of the
   * caller's).
   */
  readonly textsOf: (candidate: TextCandidate) => Promise<readonly TraceText[] | null>;
}

/** What an index is held against: the traces that answer a query, each looked into, as whoever searches must do. */
export const searchTexts = async (
  index: TextIndexReader,
  search: TextSearch,
  { limit, maxChecked, textsOf }: TextPageOptions,
): Promise<TextPage> => {
  const hits: TextHit[] = [];
  let last: TextPlace | null = null;
  let checked = 0;
  for await (const candidate of index.candidates(search)) {
    if (hits.length >= limit || checked >= maxChecked) return { hits, next: last, isFull: hits.length >= limit };
    const { startUnixNano, traceKey, project } = candidate;
    last = { startUnixNano, traceKey, project };
    checked++;
    const texts = await textsOf(candidate);
    const highlights =
      texts === null
        ? null
        : matchTexts(
            texts.map(({ text }) => text),
            search.query,
          );
    if (texts === null || highlights === null) continue;
    const matches = texts.flatMap((text, at) => {
      const ofText = highlights[at] ?? [];
      return ofText.length > 0 ? [{ ...text, highlights: ofText }] : [];
    });
    hits.push({ ...candidate, matches });
  }
  return { hits, next: null, isFull: true };
};
