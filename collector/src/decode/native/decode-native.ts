import type { DecodeOutcome, RefusedItem } from '../decoded.js';
import type { CheckTrace } from './check-trace.js';
import { countLongTexts } from './long-texts.js';
import { putTraceIds } from './put-trace-ids.js';

/** Checks the traces of a native body, `{"traces":[…]}` in UTF-8, whose array is given parsed. */
export const decodeNative = (
  body: Buffer,
  traces: readonly unknown[],
  check: CheckTrace,
  newTraceId: () => string,
  attributeValueBytes: number,
): DecodeOutcome => {
  const refusedItems: RefusedItem[] = [];
  const traceIds: string[] = [];
  const madeIds: string[] = [];
  const putIds = new Map<number, string>();
  let acceptedSpans = 0;
  let manyAttributes = 0;
  let longValues = 0;
  traces.forEach((trace, index) => {
    const checked = check(trace);
    if (checked.status === 'bad') {
      refusedItems.push({
        index,
        ...checked.problem,
        ...(checked.traceId === null ? {} : { traceId: checked.traceId }),
      });
      return;
    }
    const traceId = checked.traceId ?? newTraceId();
    if (checked.traceId === null) madeIds.push(traceId);
    if (!checked.idSent) putIds.set(index, traceId);
    traceIds.push(traceId);
    acceptedSpans += checked.spanCount;
    manyAttributes += checked.spansWithManyAttributes;
    if (body.length > attributeValueBytes) longValues += countLongTexts(trace, attributeValueBytes);
  });
  return {
    status: 'decoded',
    record: { format: 'native', refused: refusedItems.map((item) => item.index), body: putTraceIds(body, putIds) },
    accepted: traceIds.length,
    acceptedSpans,
    refusedItems,
    traceIds,
    madeIds,
    flagged: {
      ...(manyAttributes > 0 ? { too_many_attributes: manyAttributes } : {}),
      ...(longValues > 0 ? { value_too_long: longValues } : {}),
    },
  };
};
