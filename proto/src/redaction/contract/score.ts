import type { Snippet } from './read-corpus.js';

export interface Score {
  readonly labelled: number;
  /** Labelled texts that are gone from the output. */
  readonly found: number;
  /** Texts between labels that aren't in the output as they were. */
  readonly altered: number;
  readonly recall: number;
  /** Of all that was changed, what was labelled. */
  readonly precision: number;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

/** `kind`: only labels of this kind are looked at; other labelled texts may be changed or not. */
export const score = (snippets: readonly Snippet[], redact: (text: string) => string, kind?: string): Score => {
  let labelled = 0;
  let found = 0;
  let altered = 0;
  for (const { text, pieces } of snippets) {
    const output = redact(text);
    let at = 0;
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        const next = output.indexOf(piece, at);
        if (next === -1) altered++;
        else at = next + piece.length;
      } else if (kind === undefined || piece.kind === kind) {
        labelled++;
        if (!output.includes(piece.value)) found++;
      }
    }
  }
  return { labelled, found, altered, recall: ratio(found, labelled), precision: ratio(found, found + altered) };
};
