export { createPriceBook, type PriceBook, type PriceBookOptions } from './price-book.js';
export type { Cost, SentCost } from './sent-cost.js';
export type { Price, PricedUsage, PriceOutcome, UnknownPart, UnknownPrice } from './usage.js';
