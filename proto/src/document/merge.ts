import { finish } from './finish.js';
import type { Fragment } from './fragment.js';
import { type TraceParts, unite } from './parts.js';
import { partsOfDocument, partsOfFragment } from './parts-of.js';
import type { TraceDocument, TraceSummary } from './types.js';

/**
 * Joins two documents of one trace. Commutative, associative, idempotent: whatever order, splitting or repetition,
 * the same document comes out.
 */
export const merge = (a: TraceDocument, b: TraceDocument): TraceDocument =>
  finish(unite(partsOfDocument(a), partsOfDocument(b)));

/** The document of all that was said of one trace, in any order; null where nothing was. Throws where a payload is malformed. */
export const toTraceDocument = (fragments: readonly Fragment[]): TraceDocument | null => {
  let parts: TraceParts | null = null;
  for (const fragment of fragments) {
    const more = partsOfFragment(fragment);
    parts = parts === null ? more : unite(parts, more);
  }
  return parts === null ? null : finish(parts);
};

/** The document without its spans. */
export const summaryOf = (document: TraceDocument): TraceSummary => {
  const { spans: _spans, ...summary } = document;
  return summary;
};
