export { createSubstringFinder, type SubstringFinder } from './find-substring.js';
export { createTermReader, type TermReader, type TermSink } from './index-terms.js';
export { type Highlight, matchText, matchTexts } from './match-text.js';
export { parseTextQuery } from './parse-text-query.js';
export { type ClauseTerms, type QueryTerm, termsOf } from './query-terms.js';
export type { QueryToken, TextClause, TextQuery, TextQueryOutcome } from './text-query.js';
