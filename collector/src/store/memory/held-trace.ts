import { documentOf, type DocumentReading, sentDocumentOf, type SpanDocument, type TraceDocument } from 'noveum-proto';

import type { TraceFragment } from '../trace-store.js';

/** One trace as the memory store holds it: the fragments, and the document that they make. */
export interface HeldTrace {
  /** True where the trace held no such fragment yet. */
  take(fragment: TraceFragment): boolean;
  /** Null while nothing that came has a place in a document. */
  document(): TraceDocument | null;
  fragments(): readonly TraceFragment[];
  /** How many of these spans it holds already. */
  countHeld(spans: readonly SpanDocument[]): number;
}

export const createHeldTrace = (reading: DocumentReading): HeldTrace => {
  const fragments = new Map<string, TraceFragment>();
  const spanIds = new Set<string>();
  let document: TraceDocument | null | undefined;

  return {
    take(fragment) {
      const content = `${fragment.kind} ${Buffer.from(fragment.payload).toString('latin1')}`;
      if (fragments.has(content)) return false;
      fragments.set(content, fragment);
      for (const span of sentDocumentOf([fragment])?.spans ?? []) spanIds.add(span.span_id);
      document = undefined;
      return true;
    },
    document() {
      if (document === undefined) document = documentOf([...fragments.values()], reading);
      return document;
    },
    fragments: () => [...fragments.values()],
    countHeld: (spans) => spans.filter((span) => spanIds.has(span.span_id)).length,
  };
};
