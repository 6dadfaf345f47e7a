export type { CallRow } from './call-row.js';
export { countCalls, type CountedCalls } from './count-calls.js';
export { type DerivedSpan, deriveSpan, spanMessages } from './derive-span.js';
export { type CallTotals, createDerive, deriveTrace, totalsOfCalls } from './derive-trace.js';
export { type Prices, priceUsdOf } from './price-calls.js';
export {
  createFactsReader,
  FACT_KEYS,
  type FactsContext,
  type FactsReader,
  saysGenAi,
  type SpanFacts,
} from './facts.js';
export { withDerived } from './with-derived.js';
