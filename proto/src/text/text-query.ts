/** A word or a character to be found, folded as texts are. */
export interface QueryToken {
  readonly text: string;
  /**
   * What ties it to the token before, in the query and so in the text: `-` for any connector between words, empty for
   * neighbouring characters of a script without spaces, null for nothing but their order.
   */
  readonly tie: '-' | '' | null;
}

/** Tokens that must stand one after the other. */
export interface TextClause {
  readonly tokens: readonly QueryToken[];
  /** The last token may go on. */
  readonly prefix: boolean;
}

/** What a search asks for; see `parseTextQuery`. */
export interface TextQuery {
  /** At least one; all must be found. */
  readonly must: readonly TextClause[];
  /** None may be found. */
  readonly mustNot: readonly TextClause[];
}

export type TextQueryOutcome =
  { readonly status: 'parsed'; readonly query: TextQuery } | { readonly status: 'refused'; readonly issue: string };
