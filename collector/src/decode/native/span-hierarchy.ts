import { traceKey } from 'noveum-proto';

import type { Problem } from '../decoded.js';
import type { JsonObject } from './field-rules.js';

const invalid = (index: number, field: string): Problem => ({
  field: `spans[${String(index)}].${field}`,
  issue: 'Invalid span hierarchy',
  kind: 'invalid_span_hierarchy',
});

const parentOf = (span: JsonObject): string | null => {
  const parent = span['parent_span_id'];
  return typeof parent === 'string' && parent !== '' ? parent : null;
};

/** The index of a span that is its own ancestor, or -1. Each span is walked once. */
const findCycle = (spans: readonly JsonObject[]): number => {
  const indexes = new Map<unknown, number>();
  spans.forEach((span, index) => indexes.set(span['span_id'], index));
  const walkOf = new Int32Array(spans.length);
  for (let start = 0; start < spans.length; start++) {
    let at: number | undefined = start;
    while (at !== undefined && walkOf[at] === 0) {
      walkOf[at] = start + 1;
      const parent: string | null = parentOf(spans[at] as JsonObject);
      at = parent === null ? undefined : indexes.get(parent);
    }
    if (at !== undefined && walkOf[at] === start + 1) return at;
  }
  return -1;
};

/** A span must not be its own ancestor nor name another trace; a parent that isn't there is fine. */
export const checkHierarchy = (spans: readonly JsonObject[], traceId: string | null): Problem | null => {
  const ownKey = traceId === null ? null : traceKey(traceId);
  for (let index = 0; index < spans.length; index++) {
    const named = spans[index]?.['trace_id'];
    if (typeof named !== 'string' || named === '' || named === traceId) continue;
    if (traceKey(named) !== ownKey) return invalid(index, 'trace_id');
  }
  const cycle = findCycle(spans);
  return cycle < 0 ? null : invalid(cycle, 'parent_span_id');
};
