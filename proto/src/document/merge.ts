import type { Derive } from './derive.js';
import { finish } from './finish.js';
import type { Fragment } from './fragment.js';
import { type TraceParts, unite } from './parts.js';
import { partsOfDocument, partsOfFragment } from './parts-of.js';
import type { TraceDocument, TraceSummary } from './types.js';

/**
 * Joins two documents of one trace. Commutative, associative, idempotent: whatever order, splitting or repetition,
 * the same document comes out. What was derived in either is derived anew, by the function given, from all.
 */
export const merge = (a: TraceDocument, b: TraceDocument, derive?: Derive): TraceDocument =>
  finish(unite(partsOfDocument(a), partsOfDocument(b)), derive);

/** The document with what the function derives instead of what was derived before; nothing that was sent changes. */
export const derivedAnew = (document: TraceDocument, derive: Derive): TraceDocument =>
  finish(partsOfDocument(document), derive);

export interface DocumentOptions {
  /** UTF-8 bytes of one attribute value; what is longer is cut in the document, with a mark. Default 1 MiB. */
  readonly maxValueBytes?: number;
  /** What is derived beyond what was sent. Default: nothing. */
  readonly derive?: Derive;
}

const MAX_VALUE_BYTES = 1024 * 1024;

/**
 * The document of all that was said of one trace, in any order; null where nothing was. Throws MalformedProtobuf or
 * SyntaxError where a payload is malformed, which decode has not let in.
 */
export const toTraceDocument = (
  fragments: readonly Fragment[],
  { maxValueBytes = MAX_VALUE_BYTES, derive }: DocumentOptions = {},
): TraceDocument | null => {
  const [first, ...more] = fragments.map((fragment) => partsOfFragment(fragment, maxValueBytes)).filter(saysSomething);
  return first === undefined ? null : finish(unite(first, ...more), derive);
};

const saysSomething = ({ head, logs, spans }: TraceParts): boolean => head !== null || logs.size > 0 || spans.size > 0;

/** The document without its spans and what only merging needs. */
export const summaryOf = (document: TraceDocument): TraceSummary => {
  const { spans: _spans, noveum, ...summary } = document;
  const { key_environment: _keyEnvironment, ...shown } = noveum;
  return { ...summary, noveum: shown };
};
