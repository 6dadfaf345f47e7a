/** What one call to a model used. Counts are whole totals: the subsets are inside them. */
export interface PricedUsage {
  /** `gen_ai.provider.name` or any other spelling; null: found by the model alone. */
  readonly provider: string | null;
  readonly requestModel: string | null;
  /** Preferred to the request's model. */
  readonly responseModel: string | null;
  /** All input, cache reads and writes inside; null: not known. */
  readonly inputTokens: number | null;
  /** All output, reasoning inside; null: not known. */
  readonly outputTokens: number | null;
  readonly cacheReadTokens?: number | null;
  readonly cacheWriteTokens?: number | null;
  readonly reasoningTokens?: number | null;
  /** As the provider names it, e.g. `flex`; the standard ones and null are the same. */
  readonly serviceTier?: string | null;
  /** When the call was made: prices are those of that moment. */
  readonly atUnixMillis: number;
}

/** USD. `input` is what was not cached; total = input + output + cacheRead + cacheWrite. */
export interface Price {
  readonly total: number;
  readonly input: number;
  /** Reasoning inside. */
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** How it was computed, for people: `800 input × $3/M + 200 cache read × $0.30/M + 100 output × $15/M`. */
  readonly formula: string;
  /** The price book's package, version and date, or `own`. */
  readonly book: string;
}

/**
 * What was not known: `model` none was named or none such is in the book, `provider` one that no book has,
 * `tokens` missing or contradictory, `price` the book has the model but no price for tokens,
 * `service_tier` one that the book has no prices for.
 */
export type UnknownPart = 'model' | 'provider' | 'tokens' | 'price' | 'service_tier';

export interface UnknownPrice {
  readonly unknown: UnknownPart;
  /** A sentence without a full stop; holds nothing that was sent. */
  readonly detail: string;
  readonly book: string;
}

export type PriceOutcome = Price | UnknownPrice;
