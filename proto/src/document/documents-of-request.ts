import { asSent } from './derive.js';
import { finish } from './finish.js';
import type { Fragment } from './fragment.js';
import { groupBy } from './group-by.js';
import type { DocumentOptions } from './merge.js';
import { spansOfOtlp } from './otlp-spans.js';
import { spansById } from './parts.js';
import { senderProjectOf } from './rules.js';
import type { TraceDocument } from './types.js';

export interface RequestDocumentOptions extends Pick<DocumentOptions, 'derive'> {
  /** For traces whose resource names none. */
  readonly project: string;
  readonly receivedAtMillis: Fragment['receivedAtMillis'];
}

const NOTHING = new Map<string, never>();

/**
 * The documents of the traces of an ExportTraceServiceRequest, in the order of their first spans, as a collector makes
 * them that gets this request alone; no value is cut. Throws MalformedProtobuf.
 */
export const documentsOfRequest = (
  request: Uint8Array,
  { derive = asSent, project, receivedAtMillis }: RequestDocumentOptions,
): TraceDocument[] => {
  const byPlace = groupBy(spansOfOtlp(request, Infinity), (span) => `${span.trace_id}${senderProjectOf(span) ?? ''}`);
  return [...byPlace.values()].map((spans) =>
    finish(
      {
        project: senderProjectOf(spans[0]) ?? project,
        traceId: spans[0].trace_id,
        ingestedAtMillis: receivedAtMillis,
        processedAtMillis: receivedAtMillis,
        keyEnvironment: null,
        spans: spansById(spans),
        logs: NOTHING,
        head: null,
      },
      derive,
    ),
  );
};
