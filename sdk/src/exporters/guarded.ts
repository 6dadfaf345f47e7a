import { type Clock, deadlineOf } from './clock.js';
import type { Exporter, ExportOutcome } from './exporter.js';

/** An exporter of the application has so long to close. */
const CLOSE_MILLIS = 1_000;

/**
 * Holds an exporter that we did not write to the seam: what it throws is told to `onError`, and its batch counts as
 * rejected, because sending it again would meet the same fault. Aborted, it is not waited for any longer.
 */
export const guarded = (exporter: Exporter, clock: Clock, onError: (error: unknown) => void): Exporter => ({
  name: exporter.name,
  async export(batch, signal) {
    let giveUp: () => void = () => undefined;
    const aborted = new Promise<ExportOutcome>((resolve) => {
      giveUp = () => {
        resolve({ status: 'retry', reason: 'aborted' });
      };
    });
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
    try {
      return await Promise.race([exporter.export(batch, signal), aborted]);
    } catch (error) {
      onError(error);
      return { status: 'rejected', rejectedSpans: batch.spanCount, reason: 'exporter_threw' };
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  },
  async close() {
    const deadline = deadlineOf(clock, CLOSE_MILLIS, new AbortController().signal);
    const late = new Promise<void>((resolve) => {
      deadline.signal.addEventListener('abort', () => {
        resolve();
      });
    });
    try {
      await Promise.race([exporter.close(), late]);
    } catch (error) {
      onError(error);
    } finally {
      deadline.end();
    }
  },
});
