export { type CallRow, countCalls, type CountedCalls } from './count-calls.js';
export { type DerivedSpan, deriveSpan, spanMessages } from './derive-span.js';
export { deriveTrace } from './derive-trace.js';
export { FACT_KEYS, saysGenAi, spanFacts, spanFactsOfValues, type SpanFacts } from './facts.js';
export { withDerived } from './with-derived.js';
