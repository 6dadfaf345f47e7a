import { type AgentGraph, createGraphBuilder } from 'noveum-proto';

import type { TracePlace, TraceReader } from '../store/index.js';

export interface GraphText {
  readonly graph: AgentGraph;
  /** Spans looked at. */
  readonly spans: number;
}

export interface GraphAnswers {
  /** The graph of these traces together; those that are gone are left out. Throws TraceTooLarge. */
  graph(places: readonly TracePlace[]): Promise<GraphText>;
}

export const createGraphAnswers = (reader: TraceReader): GraphAnswers => ({
  async graph(places) {
    const builder = createGraphBuilder();
    let spans = 0;
    for (const { project, traceKey } of places) {
      const outline = await reader.outline(project, traceKey);
      if (outline === null) continue;
      builder.add(outline.rows());
      spans += outline.size;
    }
    return { graph: builder.graph(), spans };
  },
});
