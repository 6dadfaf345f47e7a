import { deriveTrace, type DocumentOptions, type Fragment, toTraceDocument, type TraceDocument } from 'noveum-proto';

/** The document that these fragments make, with all that the dialects tell; null where nothing has a place in one. */
export const documentOf = (
  fragments: readonly Fragment[],
  limits: Pick<DocumentOptions, 'maxValueBytes'> = {},
): TraceDocument | null => toTraceDocument(fragments, { ...limits, derive: deriveTrace });
