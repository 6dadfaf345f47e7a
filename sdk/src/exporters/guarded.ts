import type { Exporter } from './exporter.js';

/**
 * Holds an exporter that we did not write to the seam: what it throws is told to `onError`, and its batch counts as
 * rejected, because sending it again would meet the same fault.
 */
export const guarded = (exporter: Exporter, onError: (error: unknown) => void): Exporter => ({
  name: exporter.name,
  async export(batch, signal) {
    try {
      return await exporter.export(batch, signal);
    } catch (error) {
      onError(error);
      return { status: 'rejected', rejectedSpans: batch.spanCount, reason: 'exporter_threw' };
    }
  },
  async close() {
    try {
      await exporter.close();
    } catch (error) {
      onError(error);
    }
  },
});
