import { Counter, type Registry } from 'prom-client';

/** What keeps the list of senders from being whole. */
export interface SenderMetrics {
  invalid(): void;
  forgotten(count: number): void;
  saveFailed(): void;
}

export const createSenderMetrics = (registry: Registry): SenderMetrics => {
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `noveum_sender_${name}_total`, help, registers: [registry] });
  const invalid = counter('reports_invalid', 'Requests whose noveum-sender header could not be read; they were taken');
  const forgotten = counter('rows_forgotten', 'Senders that had to go from the list of senders for others');
  const saveFailed = counter(
    'saves_failed',
    'Attempts to save what is known of senders that failed; they are repeated',
  );
  return {
    invalid: () => {
      invalid.inc();
    },
    forgotten: (count) => {
      forgotten.inc(count);
    },
    saveFailed: () => {
      saveFailed.inc();
    },
  };
};
