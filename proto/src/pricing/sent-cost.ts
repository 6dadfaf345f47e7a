import type { PriceOutcome } from './usage.js';

/** A cost that came with the span, in USD; `input` and `output` are whole, cached and reasoning tokens inside. */
export interface SentCost {
  readonly total?: number | null;
  readonly input?: number | null;
  readonly output?: number | null;
}

/** What a call cost, and by whose word. `total` null: by nobody's. */
export interface Cost {
  readonly source: 'sent' | 'computed' | 'unknown';
  readonly total: number | null;
  /** As sent; null: nothing usable was. */
  readonly sent: SentCost | null;
  /** Given beside a sent cost too. */
  readonly computed: PriceOutcome;
}

const isAmount = (value: number | null | undefined): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity;

const totalOfSent = ({ total, input, output }: SentCost): number | null => {
  if (isAmount(total)) return total;
  if (!isAmount(input) && !isAmount(output)) return null;
  return (isAmount(input) ? input : 0) + (isAmount(output) ? output : 0);
};

/** A sent cost wins; without a total it is the sum of its parts. */
export const costOfSent = (sent: SentCost | null, computed: PriceOutcome): Cost => {
  const sentTotal = sent === null ? null : totalOfSent(sent);
  if (sentTotal !== null) return { source: 'sent', total: sentTotal, sent, computed };
  if ('unknown' in computed) return { source: 'unknown', total: null, sent: null, computed };
  return { source: 'computed', total: computed.total, sent: null, computed };
};
