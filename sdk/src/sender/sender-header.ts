import { encodeSenderReport, SENDER_HEADER } from 'noveum-proto/sender';

import { type Sender, senderReportOf } from './sender.js';

/** What one exporter's requests say of their sender. */
export interface SenderHeader {
  /**
   * To be spread among a request's headers: the counts as they are now, in a repeated request too. `subject`: what is
   * sent; the same object makes it the same batch.
   */
  now(subject: object): Readonly<Record<string, string>>;
  /** From here on reports say that they are the last. */
  end(): void;
  /** Whether there is anything to tell of. */
  hasCounts(): boolean;
}

export const createSenderHeader = (sender: Sender, exporter: string): SenderHeader => {
  const numbers = new WeakMap<object, number>();
  let batches = 0;
  let hasEnded = false;

  const numberOf = (subject: object): number => {
    const number = numbers.get(subject) ?? ++batches;
    numbers.set(subject, number);
    return number;
  };

  return {
    now(subject) {
      const told = sender.told();
      if (told === undefined) return {};
      const report = senderReportOf(sender.process, exporter, told, { batch: numberOf(subject), hasEnded });
      return { [SENDER_HEADER]: encodeSenderReport(report) };
    },
    end() {
      hasEnded = true;
    },
    hasCounts() {
      const counts = sender.told()?.counts;
      if (counts === undefined) return false;
      const recovered = counts.exporters[exporter]?.recoveredSpans ?? 0;
      return counts.createdSpans + counts.sampledOutSpans + recovered > 0;
    },
  };
};
