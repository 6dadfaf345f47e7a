import type { Prices } from '../dialects/index.js';
import { isLog, sentSpan, type TraceDocument } from '../document/index.js';
import { outlineOfTold } from './outline-of-told.js';
import type { TraceOutline } from './outline-span.js';
import { toldOfDocuments } from './told-of-documents.js';

/** The outline of a document. `prices`: those that the document was made with. */
export const outlineOf = (document: TraceDocument, prices: Prices | null = null): TraceOutline =>
  outlineOfTold(
    document.trace_id,
    toldOfDocuments(document.spans.map(sentSpan), document.events.filter(isLog), prices),
  );
