import type { JournalRecord } from '../../../src/journal/index.js';

export type Told = 'nothing' | 'durable' | 'failed' | 'full';

/** What was sent over all lives of a machine, what its senders heard, and what came back. */
export interface Ledger {
  sent(record: JournalRecord): void;
  told(record: JournalRecord, outcome: Told): void;
  /** A restart found it in the journal: what it holds of what nobody was told of is kept from now on. */
  recovered(record: JournalRecord): void;
  /** What the store has to hold in the end, in the order of arrival. */
  kept(): readonly JournalRecord[];
  /** Any earlier request, as a sender that heard nothing sends it again. */
  earlier(pick: number): JournalRecord | undefined;
}

/** Requests are known by the time they came, of which no two have the same. */
export const createLedger = (): Ledger => {
  const records = new Map<number, JournalRecord>();
  const outcomes = new Map<number, Told>();

  return {
    sent(record) {
      records.set(record.receivedAtMillis, record);
      outcomes.set(record.receivedAtMillis, 'nothing');
    },
    told: (record, outcome) => void outcomes.set(record.receivedAtMillis, outcome),
    recovered(record) {
      const sent = records.get(record.receivedAtMillis);
      if (sent === undefined || !Buffer.from(record.body).equals(sent.body)) throw new Error('it was never sent');
      if (outcomes.get(record.receivedAtMillis) === 'full') throw new Error('it was refused for want of room');
      outcomes.set(record.receivedAtMillis, 'durable');
    },
    kept: () =>
      [...records.values()]
        .filter(({ receivedAtMillis }) => outcomes.get(receivedAtMillis) === 'durable')
        .toSorted((a, b) => a.receivedAtMillis - b.receivedAtMillis),
    earlier: (pick) => [...records.values()][pick % Math.max(1, records.size)],
  };
};
