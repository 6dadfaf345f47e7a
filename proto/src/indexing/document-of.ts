import { createDerive, type Prices } from '../dialects/index.js';
import { type DocumentOptions, type Fragment, toTraceDocument, type TraceDocument } from '../document/index.js';

export interface DocumentReading extends Pick<DocumentOptions, 'maxValueBytes'> {
  /** Default: none, and then only a cost that was sent is told. */
  readonly prices?: Prices;
}

/** The document that these fragments make, with all that the dialects tell; null where nothing has a place in one. */
export const documentOf = (
  fragments: readonly Fragment[],
  { prices, ...limits }: DocumentReading = {},
): TraceDocument | null => toTraceDocument(fragments, { ...limits, derive: createDerive(prices) });

/** The same without what the dialects and prices tell, which is most of the work. */
export const sentDocumentOf = (
  fragments: readonly Fragment[],
  limits: Pick<DocumentOptions, 'maxValueBytes'> = {},
): TraceDocument | null => toTraceDocument(fragments, limits);
