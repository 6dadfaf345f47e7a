import { findItems, findMembers, type JsonRange } from '../json-scan.js';

interface Edit {
  readonly at: JsonRange;
  readonly text: string;
}

/**
 * A native body with ids put into traces that came without one: by index, all else byte for byte as it came,
 * so that numbers beyond 2^53 and the like are kept.
 */
export const putTraceIds = (body: Buffer, ids: ReadonlyMap<number, string>): Buffer => {
  const traces = findMembers(body, 0, ['traces']).get('traces');
  if (traces === undefined || ids.size === 0) return body;
  const edits: Edit[] = [];
  findItems(body, traces.start).forEach((item, index) => {
    const id = ids.get(index);
    if (id === undefined) return;
    const sent = findMembers(body, item.start, ['trace_id']).get('trace_id');
    if (sent !== undefined) edits.push({ at: sent, text: JSON.stringify(id) });
    else {
      const start = item.start + 1;
      edits.push({ at: { start, end: start }, text: `"trace_id":${JSON.stringify(id)},` });
    }
  });
  const parts: Buffer[] = [];
  let from = 0;
  for (const { at, text } of edits) {
    parts.push(body.subarray(from, at.start), Buffer.from(text));
    from = at.end;
  }
  parts.push(body.subarray(from));
  return Buffer.concat(parts);
};
