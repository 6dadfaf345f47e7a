import type { QueryToken, TextClause, TextQueryOutcome } from './text-query.js';
import { createTokenScanner } from './token-scanner.js';

const MAX_QUERY_UNITS = 1000;
const MAX_CLAUSES = 32;
const MIN_PREFIX_UNITS = 2;
const FIRST_UNSEGMENTED = 0x0e00;

const refused = (issue: string): TextQueryOutcome => ({ status: 'refused', issue });

const tokensOf = (text: string): QueryToken[] => {
  const found: { from: number; to: number; tie: QueryToken['tie'] }[] = [];
  const scanner = createTokenScanner({
    token(from, to, _start, _end, joinedFrom) {
      const isNext = found[found.length - 1]?.to === from;
      found.push({ from, to, tie: joinedFrom < 0 ? null : isNext ? '' : '-' });
    },
    inner: () => {},
  });
  scanner.scan(text);
  const units = scanner.units();
  return found.map(({ from, to, tie }) => ({ text: String.fromCharCode(...units.subarray(from, to)), tie }));
};

interface RawClause {
  readonly text: string;
  readonly prefix: boolean;
  readonly excluded: boolean;
}

const SPACE = /\s/u;

/** The query cut at spaces and quotes; null: a quote stays open. */
const cutQuery = (query: string): RawClause[] | null => {
  const clauses: RawClause[] = [];
  let at = 0;
  while (at < query.length) {
    if (SPACE.test(query.charAt(at))) {
      at++;
      continue;
    }
    const excluded = query[at] === '-' && at + 1 < query.length && !SPACE.test(query.charAt(at + 1));
    if (excluded) at++;
    if (query[at] === '"') {
      const close = query.indexOf('"', at + 1);
      if (close < 0) return null;
      const prefix = query[close + 1] === '*';
      clauses.push({ text: query.slice(at + 1, close), prefix, excluded });
      at = close + (prefix ? 2 : 1);
      continue;
    }
    let end = at;
    while (end < query.length && query[end] !== '"' && !SPACE.test(query.charAt(end))) end++;
    const prefix = query[end - 1] === '*';
    clauses.push({ text: query.slice(at, prefix ? end - 1 : end), prefix, excluded });
    at = end;
  }
  return clauses;
};

const isShortPrefix = ({ tokens, prefix }: TextClause): boolean => {
  const last = tokens[tokens.length - 1];
  if (!prefix || last?.tie !== null) return false;
  return last.text.length < MIN_PREFIX_UNITS && last.text.charCodeAt(0) < FIRST_UNSEGMENTED;
};

/**
 * Reads what a user typed: words, all of which must be found; `"a phrase"`; `wea*`, a word that begins so; `-word`
 * (or `-"a phrase"`), which must not be found. Parts without a word in them (`&`, `?`) are left out. A word with
 * connectors in it (`gpt-4o`, `foo@bar.com`) is found where its parts are tied by any connector.
 * `issue` names the broken rule.
 */
export const parseTextQuery = (query: string): TextQueryOutcome => {
  if (query.length > MAX_QUERY_UNITS) return refused(`must not be longer than ${String(MAX_QUERY_UNITS)} characters`);
  const raw = cutQuery(query);
  if (raw === null) return refused('must close every quotation mark');
  if (raw.length > MAX_CLAUSES) return refused(`must not hold more than ${String(MAX_CLAUSES)} words and phrases`);
  const must: TextClause[] = [];
  const mustNot: TextClause[] = [];
  for (const { text, prefix, excluded } of raw) {
    const clause = { tokens: tokensOf(text), prefix };
    if (prefix && clause.tokens.length === 0) return refused('must hold a word before each *');
    if (isShortPrefix(clause))
      return refused(`must hold at least ${String(MIN_PREFIX_UNITS)} letters or digits before each *`);
    if (clause.tokens.length > 0) (excluded ? mustNot : must).push(clause);
  }
  if (must.length > 0) return { status: 'parsed', query: { must, mustNot } };
  return refused(mustNot.length > 0 ? 'must hold a word to find beside those to leave out' : 'must hold a word');
};
