import type { estypes } from '@elastic/elasticsearch';
import { termsOf, type TextQuery } from 'noveum-proto';

type Query = estypes.QueryDslQueryContainer;

/** Traces that may answer a search: every one that does, and others, since a phrase's words may lie apart. */
export const termQuery = ({ must }: TextQuery): Query => {
  const holds = must
    .flatMap((clause) => termsOf(clause).terms)
    .map(({ prefix, text }): Query =>
      prefix ? { prefix: { 'noveum.terms': { value: text } } } : { term: { 'noveum.terms': text } },
    );
  return {
    bool: {
      minimum_should_match: 1,
      should: [{ bool: { filter: holds } }, { term: { 'noveum.are_terms_cut': true } }],
    },
  };
};
