import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

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
/** `ExportResultCode.SUCCESS`, whose module is a part of that SDK. */
const isSuccess = (code: number): boolean => code === 0;

/** Loaded when there is something to send: spans of OpenTelemetry's take its SDK, which nothing else of the thread does. */
const readableSpans = async (request: Uint8Array): Promise<ReadableSpan[]> => {
  const { readableSpansOf } = await import('../../records/index.js');
  return readableSpansOf(request);
};

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
  if (isSuccess(code)) return { status: 'delivered' };
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
      readableSpans(request)
        .then((spans) => {
          spanExporter.export(spans, (result) => {
            end(outcomeOf(result, spanCount));
          });
        })
        .catch((error: unknown) => {
          onError(error);
          end({ status: 'rejected', rejectedSpans: spanCount, reason: 'exporter_threw' });
        });
    }),
  async close() {
    try {
      await spanExporter.shutdown();
    } catch (error) {
      onError(error);
    }
  },
});
