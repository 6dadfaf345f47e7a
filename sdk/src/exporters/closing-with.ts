import type { ExportBatch, Exporter } from './exporter.js';

const EMPTY: ExportBatch = { request: new Uint8Array(0), spanCount: 0 };

export interface ClosingWithOptions {
  /** Asked when it closes: whether there is a last word. */
  readonly hasLastWord: () => boolean;
  /** For the attempt; there is one. */
  readonly timeoutMillis: number;
}

/**
 * Sends a batch without spans before it closes, whose headers tell the last counts: best effort, once. Goes beneath
 * what retries, spools and breaks circuits, none of which it is worth.
 */
export const closingWithEmptyBatch = (
  exporter: Exporter,
  { hasLastWord, timeoutMillis }: ClosingWithOptions,
): Exporter => {
  let closed: Promise<void> | undefined;
  /** A backend that was not there a moment ago is not asked again. */
  let isThere = true;
  return {
    name: exporter.name,
    async export(batch, signal) {
      const outcome = await exporter.export(batch, signal);
      // Who aborts has said nothing about the backend.
      if (!signal.aborted) isThere = outcome.status !== 'retry';
      return outcome;
    },
    close() {
      closed ??= (async () => {
        if (isThere && hasLastWord()) await exporter.export(EMPTY, AbortSignal.timeout(timeoutMillis));
        await exporter.close();
      })();
      return closed;
    },
  };
};
