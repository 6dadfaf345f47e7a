import type { SenderRow } from '../meta/index.js';

/** Where a sender's spans are: `created + recovered = received + sampled_out + lost + in_flight`, always. */
export interface SenderBooks {
  readonly created: number;
  readonly recovered: number;
  readonly sampledOut: number;
  readonly received: number;
  readonly lost: number;
  readonly inFlight: number;
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/**
 * A sender's word and what came, in one. What it was told of, it has sent: so its `acknowledged` makes good what a
 * collector that was killed had not saved. While it runs, what is not received and not given up is on its way; once
 * it has ended only what it left on its disk is.
 */
export const booksOf = ({ report, receivedSpans }: SenderRow): SenderBooks => {
  const { createdSpans: created, recoveredSpans: recovered, acknowledgedSpans, spooledSpans } = report;
  const sampledOut = Math.min(report.sampledOutSpans, created);
  const sendable = created + recovered - sampledOut;
  const received = Math.min(Math.max(receivedSpans, acknowledgedSpans), sendable);
  const rest = sendable - received;
  const givenUp = sumOf(report.droppedSpans) + sumOf(report.rejectedSpans);
  const lost = report.hasEnded ? Math.max(0, rest - spooledSpans) : Math.min(rest, givenUp);
  return { created, recovered, sampledOut, received, lost, inFlight: rest - lost };
};
