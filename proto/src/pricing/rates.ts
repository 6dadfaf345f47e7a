import { shownUsd } from './shown-usd.js';

/** A price of one kind of token: `base`, or that of the last tier whose start the input exceeds. */
export interface Rate {
  /** E.g. `$0.30/M`. */
  readonly shown: string;
  /** 1e-12 USD for a token: whole numbers for all prices in use, so sums have no floating noise. */
  readonly picoUsd: number;
  /** By rising start. */
  readonly tiers: readonly RateTier[];
}

export interface RateTier {
  /** It holds for the whole call if the input tokens, cached ones inside, are more. */
  readonly aboveInputTokens: number;
  readonly shown: string;
  readonly picoUsd: number;
}

export interface Rates {
  readonly input: Rate;
  readonly cacheRead: Rate;
  readonly cacheWrite: Rate;
  readonly output: Rate;
  /** Null: as output. */
  readonly reasoning: Rate | null;
  /** For the call itself. */
  readonly request: RequestFee | null;
}

export interface RequestFee {
  /** E.g. `$12/K`. */
  readonly shown: string;
  readonly picoUsd: number;
}

/** Prices with the time they hold. */
export interface Period {
  readonly holdsAt: (unixMillis: number) => boolean;
  readonly rates: Rates | null;
  /** For the formula, e.g. `prices from 2026-03-13`. */
  readonly note: string | null;
}

const PICO = 1e6;

/** USD for a million tokens is 1e-6 USD for one, so a millionfold of 1e-12; cleaned of what the product adds. */
const picoOf = (usdPerMillion: number): number => Number((usdPerMillion * PICO).toPrecision(12));

export const rateOf = (
  usdPerMillion: number,
  tiers: readonly { readonly start: number; readonly price: number }[] = [],
): Rate => ({
  shown: `${shownUsd(usdPerMillion)}/M`,
  picoUsd: picoOf(usdPerMillion),
  tiers: tiers
    .map(({ start, price }) => ({ aboveInputTokens: start, shown: `${shownUsd(price)}/M`, picoUsd: picoOf(price) }))
    .sort((a, b) => a.aboveInputTokens - b.aboveInputTokens),
});

export const requestFeeOf = (usdPerThousand: number): RequestFee => ({
  shown: `${shownUsd(usdPerThousand)}/K`,
  picoUsd: picoOf(usdPerThousand * 1000),
});

const tierOf = (rate: Rate, inputTokens: number): RateTier | null => {
  let found: RateTier | null = null;
  for (const tier of rate.tiers) {
    if (inputTokens <= tier.aboveInputTokens) break;
    found = tier;
  }
  return found;
};

/** The rate itself or the tier of it that holds. */
export const atInput = (rate: Rate, inputTokens: number): Rate | RateTier =>
  rate.tiers.length === 0 ? rate : (tierOf(rate, inputTokens) ?? rate);
