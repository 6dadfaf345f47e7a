export {
  type AgentGraph,
  createGraphBuilder,
  type GraphBuilder,
  type GraphEdge,
  type GraphNode,
} from './agent-graph.js';
export type { Handoff, OutlineSpan, OutlineTokens, TraceOutline } from './outline-span.js';
export { outlineOf } from './outline-of.js';
export { createSpansPicker } from './pick-spans.js';
export { type FragmentSource, type OutlineOptions, readOutline } from './read-outline.js';
export { analyticsOf, type TraceAnalytics } from './trace-analytics.js';
