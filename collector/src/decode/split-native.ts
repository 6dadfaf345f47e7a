import { findItems, findMembers, readString } from './json-scan.js';

/** One trace of a native record. */
export interface NativeTraceSlice {
  /** As sent, or as made. */
  readonly traceId: string;
  /** The trace's own `project`, where it sent one. */
  readonly project: string | null;
  /** UTF-8 JSON of the trace object: a view of the record's body. */
  readonly payload: Uint8Array;
}

/** The accepted traces of a native record, in order. The body must have passed decode. */
export const splitNative = (body: Uint8Array, refused: readonly number[]): NativeTraceSlice[] => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const traces = findMembers(bytes, 0, ['traces']).get('traces');
  if (traces === undefined) return [];
  const left = new Set(refused);
  const slices: NativeTraceSlice[] = [];
  findItems(bytes, traces.start).forEach((item, index) => {
    if (left.has(index)) return;
    const members = findMembers(bytes, item.start, ['trace_id', 'project']);
    const traceId = readString(bytes, members.get('trace_id'));
    if (traceId === null) return;
    const project = readString(bytes, members.get('project'));
    slices.push({ traceId, project, payload: body.subarray(item.start, item.end) });
  });
  return slices;
};
