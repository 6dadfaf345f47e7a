import { type SpanView, toldWeightOf } from 'noveum-proto';

import type { RankedWeight } from '../store/index.js';
import { SLOT } from './known-keys.js';
import { rankOf, ROOT_RANK } from './span-rank.js';

const THRESHOLD = Buffer.from('th:');

const traceStateOf = (body: Buffer, { traceStateEnd: end, traceStateOffset: offset }: SpanView): string | undefined =>
  offset < 0 || !body.subarray(offset, end).includes(THRESHOLD) ? undefined : body.toString('utf8', offset, end);

/** How many traces a trace stands for, by the spans before, or by this one: few say so. */
export const joinWeight = (held: RankedWeight | null, body: Buffer, view: SpanView): RankedWeight | null => {
  const said = view.values[SLOT.sampleWeight];
  if ((said === undefined && view.traceStateOffset < 0) || held?.rank === ROOT_RANK) return held;
  const weight = toldWeightOf(said, traceStateOf(body, view));
  if (weight === null) return held;
  const rank = rankOf(body, view);
  return held === null || rank < held.rank ? { weight, rank } : held;
};
