import { spansIn, type Group } from './parts.js';

interface Failed {
  readonly trace_id?: unknown;
}

const idsOf = (body: Uint8Array): ReadonlySet<unknown> => {
  const answer = JSON.parse(new TextDecoder().decode(body)) as { readonly failed_traces?: unknown } | null;
  const failed = answer?.failed_traces;
  return new Set(Array.isArray(failed) ? (failed as (Failed | null)[]).map((each) => each?.trace_id) : []);
};

/** Spans of the traces that a 200 names as failed. An answer that can't be read names none. */
export const failedSpansOf = (body: Uint8Array, group: Group): number => {
  try {
    const ids = idsOf(body);
    return ids.size === 0 ? 0 : spansIn(group.filter(({ trace_id: id }) => ids.has(id)));
  } catch (error) {
    if (error instanceof SyntaxError) return 0;
    throw error;
  }
};
