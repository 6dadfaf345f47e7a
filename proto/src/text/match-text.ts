import type { TextClause, TextQuery } from './text-query.js';
import { createTokenScanner } from './token-scanner.js';

/** What of a text was found: UTF-16 code units `start` to `end` of the text as it is. */
export interface Highlight {
  readonly start: number;
  readonly end: number;
}

/** Of one text no more are given. */
const MAX_HIGHLIGHTS = 256;

/** The tokens of the text read last, five numbers a token: from, to, start, end, and 1 where tied to the one before. */
const createTokenList = () => {
  let tokens: number[] = [];
  let inners: number[] = [];
  const scanner = createTokenScanner({
    token(from, to, start, end, joinedFrom) {
      tokens.push(from, to, start, end, joinedFrom < 0 ? 0 : 1);
    },
    inner(from, to, start, end) {
      inners.push(from, to, start, end, 0);
    },
  });

  const isAt = (list: readonly number[], at: number, text: string, goesOn: boolean): boolean => {
    const from = list[at] as number;
    const length = (list[at + 1] as number) - from;
    if (goesOn ? length < text.length : length !== text.length) return false;
    const units = scanner.units();
    for (let unit = 0; unit < text.length; unit++) if (units[from + unit] !== text.charCodeAt(unit)) return false;
    return true;
  };

  const clauseIsAt = ({ tokens: wanted, prefix }: TextClause, list: readonly number[], at: number): boolean => {
    let place = at;
    for (let next = 0; next < wanted.length; next++, place += 5) {
      const token = wanted[next];
      if (token === undefined || place >= list.length) return false;
      if (next > 0 && token.tie !== null && list[place + 4] !== 1) return false;
      if (!isAt(list, place, token.text, prefix && next === wanted.length - 1)) return false;
    }
    return true;
  };

  const findIn = (list: readonly number[], clause: TextClause, found: Highlight[]): boolean => {
    const last = 5 * (clause.tokens.length - 1);
    const before = found.length;
    for (let at = 0; at + last < list.length && found.length < MAX_HIGHLIGHTS; at += 5)
      if (clauseIsAt(clause, list, at))
        found.push({ start: list[at + 2] as number, end: list[at + last + 3] as number });
    return found.length > before;
  };

  return {
    read(text: string): void {
      tokens = [];
      inners = [];
      scanner.scan(text);
    },
    find(clause: TextClause, found: Highlight[]): boolean {
      const asToken = findIn(tokens, clause, found);
      return (clause.tokens.length === 1 && findIn(inners, clause, found)) || asToken;
    },
  };
};

/** In order of the text, those that touch or overlap made one. */
const merged = (found: readonly Highlight[]): Highlight[] => {
  const result: Highlight[] = [];
  for (const next of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result[result.length - 1];
    if (last === undefined || next.start > last.end) result.push(next);
    else if (next.end > last.end) result[result.length - 1] = { start: last.start, end: next.end };
  }
  return result;
};

/**
 * Whether texts that belong together (those of a trace) answer a query: each clause that must be found is in one of
 * them, none that must not is in any. Gives the highlights of each text, in the order of the texts, or null.
 */
export const matchTexts = (texts: readonly string[], query: TextQuery): readonly (readonly Highlight[])[] | null => {
  const list = createTokenList();
  const met = query.must.map(() => false);
  const highlights: Highlight[][] = [];
  for (const text of texts) {
    list.read(text);
    if (query.mustNot.some((clause) => list.find(clause, []))) return null;
    const found: Highlight[] = [];
    query.must.forEach((clause, at) => {
      const ofClause: Highlight[] = [];
      if (list.find(clause, ofClause)) met[at] = true;
      found.push(...ofClause);
    });
    highlights.push(merged(found).slice(0, MAX_HIGHLIGHTS));
  }
  return met.every(Boolean) ? highlights : null;
};

/** The highlights of one text that answers a query by itself, or null. */
export const matchText = (text: string, query: TextQuery): readonly Highlight[] | null =>
  matchTexts([text], query)?.[0] ?? null;
