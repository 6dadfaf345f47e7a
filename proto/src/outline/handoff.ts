import type { Json, SpanType } from '../document/index.js';
import type { Handoff } from './outline-span.js';

/** Attributes that tell of one agent handing its task to another: Traceloop's, Logfire's, OpenInference's. */
export const HANDOFF_KEYS = [
  'gen_ai.handoff.from_agent',
  'gen_ai.handoff.to_agent',
  'from_agent',
  'to_agent',
  'graph.node.id',
  'graph.node.parent_id',
] as const;

const NAMED = /^hand-?off to (.+)$/i;

/** Whether the name alone may tell of one. */
export const maySayHandoff = (name: string): boolean => NAMED.test(name);

const textOf = (value: Json | symbol | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** `values` in the order of `HANDOFF_KEYS`; null: the span tells of none. */
export const handoffOf = (
  name: string,
  type: SpanType,
  values: readonly (Json | symbol | undefined)[],
): Handoff | null => {
  const [spokenFrom, spokenTo, from, to, node, parentNode] = values.map(textOf);
  if (spokenTo !== null && spokenTo !== undefined) return { from: spokenFrom ?? null, to: spokenTo };
  // Anybody may have one of these.
  if (typeof from === 'string' && typeof to === 'string') return { from, to };
  // In frameworks other than of agents they are steps.
  if (type === 'agent' && typeof node === 'string' && typeof parentNode === 'string')
    return { from: parentNode, to: node };
  const named = NAMED.exec(name)?.[1];
  return named === undefined ? null : { from: null, to: named };
};
