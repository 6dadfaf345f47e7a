export type { Handoff, OutlineSpan, OutlineTokens } from './outline-span.js';
export { outlineOf } from './outline-of.js';
export { createSpansPicker } from './pick-spans.js';
export { type FragmentSource, type OutlineOptions, readOutline, type TraceOutline } from './read-outline.js';
export { analyticsOf, type TraceAnalytics } from './trace-analytics.js';
