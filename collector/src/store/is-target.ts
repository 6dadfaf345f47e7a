import { documentOf, type TraceDocument } from 'noveum-proto';

import type { ErasureTarget, TraceFragment } from './trace-store.js';

/** Whether a trace is one of those to be erased, said over what a list shows. */
export const isTarget = (
  trace: Pick<TraceDocument, 'start_unix_nano' | 'metadata'>,
  target: ErasureTarget,
): boolean => {
  const { userId, sessionId, startUnixNano, endUnixNano } = target;
  const start = BigInt(trace.start_unix_nano);
  return (
    (userId === undefined || trace.metadata.user_id === userId) &&
    (sessionId === undefined || trace.metadata.session_id === sessionId) &&
    (startUnixNano === undefined || start >= startUnixNano) &&
    (endUnixNano === undefined || start < endUnixNano)
  );
};

/** The same of what one request says of a trace. */
export const isTargetFragment = (fragment: TraceFragment, target: ErasureTarget): boolean => {
  const { project, traceKey } = target;
  if (project !== null && project !== fragment.project) return false;
  if (traceKey !== undefined) return traceKey === fragment.traceKey;
  const document = documentOf([fragment]);
  return document !== null && isTarget(document, target);
};
