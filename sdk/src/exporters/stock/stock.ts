import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

import { readableSpansOf } from '../../records/index.js';
import { type Clock, deadlineOf } from '../clock.js';
import type { Exporter, ExportOutcome } from '../exporter.js';

export interface StockOptions {
  /** Of the counters. Default: `stock`. */
  readonly name?: string;
  /** Until it has called back; longer than its own retries take. Default: 30,000. */
  readonly timeoutMillis?: number;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

const TIMEOUT_MILLIS = 30_000;

const reasonOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'number') return `code_${String(code)}`;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : 'failed';
};

/** HTTP's answers that no repetition changes; OTel's own exporters tell the status as the error's code. */
const isFinal = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' && code >= 400 && code < 500 && code !== 408 && code !== 429;
};

const outcomeOf = ({ code, error }: ExportResult, spanCount: number): ExportOutcome => {
  if (code === ExportResultCode.SUCCESS) return { status: 'delivered' };
  const reason = reasonOf(error);
  return isFinal(error) ? { status: 'rejected', rejectedSpans: spanCount, reason } : { status: 'retry', reason };
};

/** Any exporter of OpenTelemetry's SDK as one of ours. It gets spans that are priced, redacted and within limits. */
export const stock = (
  spanExporter: SpanExporter,
  { name = 'stock', timeoutMillis = TIMEOUT_MILLIS, clock, onError }: StockOptions,
): Exporter => ({
  name,
  export: ({ request, spanCount }, signal) =>
    new Promise((resolve) => {
      const deadline = deadlineOf(clock, timeoutMillis, signal);
      const end = (outcome: ExportOutcome): void => {
        deadline.end();
        resolve(outcome);
      };
      const giveUp = (): void => {
        end({ status: 'retry', reason: deadline.isOver() ? 'timeout' : 'aborted' });
      };
      if (deadline.signal.aborted) {
        giveUp();
        return;
      }
      deadline.signal.addEventListener('abort', giveUp);
      try {
        spanExporter.export(readableSpansOf(request), (result) => {
          end(outcomeOf(result, spanCount));
        });
      } catch (error) {
        onError(error);
        end({ status: 'rejected', rejectedSpans: spanCount, reason: 'exporter_threw' });
      }
    }),
  async close() {
    try {
      await spanExporter.shutdown();
    } catch (error) {
      onError(error);
    }
  },
});
