export { type CallRow, hasCost, hasUsage } from './call-row.js';
export { valueAt } from './convert.js';
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
export { createNamedFactsReader, NAMED_FACT_KEYS, type NamedFacts, type NamedFactsReader } from './named-facts.js';
export { responseOf } from './response-of.js';
export { WHOLE_CALL_EVENT } from './sent-attributes.js';
export { sentTypeOf } from './sent-type.js';
export { RULES_VERSION } from './rules-version.js';
export { DIALECTS } from './dialects.js';
export { lenientJson } from './lenient-json.js';
export type { TableRow } from './table.js';
export { STATUS_LEVEL_KEY, toldStatusOf } from './told-status.js';
export { withDerived } from './with-derived.js';
