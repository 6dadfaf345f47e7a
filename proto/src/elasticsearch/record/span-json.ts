import type { SpanDocument } from '../../document/index.js';
import { RECORD_LIMITS } from './record-limits.js';
import { spanRecordOf, withoutContent } from './span-record.js';

/** A span as `spans` holds it. */
export interface SpanJson {
  /** UTF-8. */
  readonly json: Uint8Array;
  readonly events: number;
}

const jsonOf = (span: SpanDocument): Uint8Array => Buffer.from(JSON.stringify(spanRecordOf(span)));

/** Of a span's document, without its content where Elasticsearch would refuse it. */
export const spanJsonOf = (span: SpanDocument): SpanJson => {
  const events = span.events.length;
  const json = jsonOf(span);
  const isRefused = json.length > RECORD_LIMITS.spanBytes || events >= RECORD_LIMITS.nested;
  return isRefused ? { json: jsonOf(withoutContent(span)), events: 0 } : { json, events };
};
