import { MAX_PAIR_UNITS, MAX_TERM_UNITS } from './index-terms.js';
import type { TextClause } from './text-query.js';

/** What an index is asked for: the postings of a term, or of all terms that begin so. */
export interface QueryTerm {
  readonly text: string;
  readonly prefix: boolean;
}

export interface ClauseTerms {
  /** All of them are terms of every text that the clause matches (where `prefix`: some that begins so is). */
  readonly terms: readonly QueryTerm[];
  /** And every text that has them all is matched. */
  readonly exact: boolean;
}

/** The terms by which an index finds candidates for a clause; see `createTermReader`. */
export const termsOf = ({ tokens, prefix }: TextClause): ClauseTerms => {
  const terms: QueryTerm[] = [];
  let isCut = false;
  const add = (text: string, length: number, goesOn: boolean): void => {
    if (text.length >= length) isCut = true;
    terms.push({ text: text.slice(0, length), prefix: goesOn });
  };
  for (const [at, token] of tokens.entries()) {
    const goesOn = prefix && at === tokens.length - 1;
    const before = tokens[at - 1];
    const isPaired = (tokens[at + 1]?.tie ?? null) !== null;
    if (token.tie !== null && before !== undefined) add(before.text + token.tie + token.text, MAX_PAIR_UNITS, goesOn);
    else if (!isPaired) add(token.text, MAX_TERM_UNITS, goesOn);
  }
  return { terms, exact: terms.length === 1 && !isCut };
};
