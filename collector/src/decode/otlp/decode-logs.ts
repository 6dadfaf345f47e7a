import { visitLogs } from 'noveum-proto';

import type { DecodeLimits, DecodeOutcome, RefusedItem } from '../decoded.js';
import { refuse } from '../refusal.js';
import { malformedRule } from './malformed.js';

/** Checks an ExportLogsServiceRequest; the record's body is `bytes` itself. A record without a trace can't be joined. */
export const decodeLogs = (bytes: Uint8Array, limits: DecodeLimits): DecodeOutcome => {
  const refusedItems: RefusedItem[] = [];
  let records = 0;
  let manyAttributes = 0;
  const rule = malformedRule(() => {
    visitLogs(bytes, limits.nesting, (view) => {
      records++;
      if (view.traceIdOffset < 0) refusedItems.push(withoutTrace(view.index, view.traceIdSent));
      else if (view.attributeCount > limits.attributesPerSpan) manyAttributes++;
    });
  });
  if (rule !== null) return refuse('body', `must be an OTLP logs request: ${rule}`, 'malformed_protobuf');
  return {
    status: 'decoded',
    record: { format: 'otlp-logs', refused: refusedItems.map((item) => item.index), body: bytes },
    accepted: records - refusedItems.length,
    acceptedSpans: 0,
    refusedItems,
    flagged: manyAttributes > 0 ? { too_many_attributes: manyAttributes } : {},
  };
};

const withoutTrace = (index: number, sent: boolean): RefusedItem => ({
  index,
  field: `log_records[${String(index)}].trace_id`,
  issue: sent ? 'must be 16 bytes, not all zeros' : 'log record has no trace_id',
  kind: sent ? 'invalid_trace_id' : 'missing_trace_id',
});
