import type { Health } from './client.js';
import type { ByReason, LedgerSnapshot } from '../ledger/index.js';

const told = (where: string, what: string, counts: ByReason): readonly string[] =>
  Object.entries(counts).map(([reason, count]) => `${where}: ${count} spans ${what}, ${reason}`);

/** What is not as it should be, since the start. Spans that a keep-rule let go are as they should be. */
export const healthOf = ({ droppedSpans, exporters }: LedgerSnapshot): Health => {
  const lost = Object.fromEntries(Object.entries(droppedSpans).filter(([reason]) => !reason.startsWith('not_')));
  const reasons = [
    ...told('queue', 'dropped', lost),
    ...Object.entries(exporters).flatMap(
      ([name, { circuit, droppedSpans: dropped, rejectedSpans, lastErrorReason }]) => [
        ...(circuit === 'closed' ? [] : [`${name}: circuit ${circuit}, ${lastErrorReason ?? 'unknown'}`]),
        ...told(name, 'dropped', dropped),
        ...told(name, 'rejected', rejectedSpans),
      ],
    ),
  ];
  return { status: reasons.length === 0 ? 'healthy' : 'degraded', reasons };
};
