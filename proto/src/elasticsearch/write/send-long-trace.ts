import type { TraceRecord } from '../record/index.js';
import type { BulkItem, BulkOutcome, BulkSender } from './bulk.js';

/**
 * Sends a trace that one document can't hold: the parts first, which nobody knows of before their head is written; where
 * that could not be written they are taken away again. Returns what came of the head; where a part was refused, that.
 * Without parts the head is copied before this returns.
 */
export const sendLongTrace = async (
  sender: BulkSender,
  index: string,
  parts: TraceRecord['parts'],
  head: BulkItem,
): Promise<BulkOutcome> => {
  const outcomes: BulkOutcome[] = [];
  if (parts.length > 0)
    await sender.send(
      parts.map(({ id, source }) => ({ action: { index: { _index: index, _id: id } }, source })),
      (_, outcome) => {
        if (outcome.status === 'refused') outcomes.push(outcome);
      },
    );
  if (outcomes.length === 0) await sender.send([head], (_, outcome) => outcomes.push(outcome));
  const [outcome = { status: 'missing' }] = outcomes;
  if (outcome.status !== 'done' && parts.length > 0)
    await sender.send(
      parts.map(({ id }) => ({ action: { delete: { _index: index, _id: id } } })),
      () => undefined,
    );
  return outcome;
};
