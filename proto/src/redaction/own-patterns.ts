import type { Labels } from './labels.js';

/** Beginnings and ends, in order, of what a pattern matches in a text; must be found in time linear in the text. */
export type FindMatches = (text: string) => Iterable<readonly [start: number, end: number]>;

export type CompiledPattern =
  | { readonly status: 'ok'; readonly find: FindMatches }
  /** `rule`: what the pattern breaks, without the pattern itself. */
  | { readonly status: 'refused'; readonly rule: string };

/** Makes a pattern of its source and flags (of `i`, `m`, `s`), or says why it doesn't. */
export type CompilePattern = (source: string, flags: string) => CompiledPattern;

/** What is left of a match without the labels in it: what was redacted isn't redacted again. */
const outsideLabels = (text: string, start: number, end: number, labels: Labels): (readonly [number, number])[] => {
  const pieces: (readonly [number, number])[] = [];
  let from = start;
  for (let at = start; at < end;) {
    const labelEnd = labels.endAt(text, at);
    if (labelEnd === -1) {
      at++;
      continue;
    }
    if (at > from) pieces.push([from, at]);
    from = at = labelEnd;
  }
  if (end > from) pieces.push([from, end]);
  return pieces;
};

/** The end of a label that begins before `start` and reaches over it; else `start`. */
const labelOver = (text: string, start: number, labels: Labels, from: number): number => {
  for (let at = start - 1; at >= from && start - at <= MOST_LABEL; at--) {
    const end = labels.endAt(text, at);
    if (end > start) return end;
  }
  return start;
};

/** A label's 64 characters and a hash. */
const MOST_LABEL = 80;

export const replaceMatches = (
  text: string,
  find: FindMatches,
  labels: Labels,
  render: (value: string) => string,
): string => {
  let out = '';
  let copied = 0;
  for (const [start, end] of find(text)) {
    const from = labelOver(text, start, labels, copied);
    for (const [pieceStart, pieceEnd] of from < end ? outsideLabels(text, from, end, labels) : []) {
      out += text.slice(copied, pieceStart) + render(text.slice(pieceStart, pieceEnd));
      copied = pieceEnd;
    }
  }
  return copied === 0 ? text : out + text.slice(copied);
};
