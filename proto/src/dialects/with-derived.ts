import { derivedAnew, type TraceDocument } from '../document/index.js';
import { deriveTrace } from './derive-trace.js';

/** The document with all that the dialects say; derived anew where it was derived before. */
export const withDerived = (document: TraceDocument): TraceDocument => derivedAnew(document, deriveTrace);
