export type { CallRow } from './call-row.js';
export { countCalls, type CountedCalls } from './count-calls.js';
export { type DerivedSpan, deriveSpan, spanMessages } from './derive-span.js';
export { type CallTotals, deriveTrace, totalsOfCalls } from './derive-trace.js';
export {
  createFactsReader,
  FACT_KEYS,
  type FactsContext,
  type FactsReader,
  saysGenAi,
  type SpanFacts,
} from './facts.js';
export { withDerived } from './with-derived.js';
