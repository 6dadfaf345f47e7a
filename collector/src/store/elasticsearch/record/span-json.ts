import type { SpanDocument } from 'noveum-proto';

import { RECORD_LIMITS } from './record-limits.js';
import { spanRecordOf, withoutContent } from './span-record.js';

/** A span as `spans` holds it. */
export interface SpanJson {
  readonly json: string;
  readonly events: number;
}

/** Of a span's document, without its content where Elasticsearch would refuse it. */
export const spanJsonOf = (span: SpanDocument): SpanJson => {
  const events = span.events.length;
  const json = JSON.stringify(spanRecordOf(span));
  const isRefused = json.length > RECORD_LIMITS.spanUnits || events >= RECORD_LIMITS.nested;
  return isRefused ? { json: JSON.stringify(spanRecordOf(withoutContent(span))), events: 0 } : { json, events };
};
