import { deriveTrace, documentsOfRequest } from 'noveum-proto';

import type { Clock } from '../clock.js';
import type { Exporter } from '../exporter.js';
import { COLOURED, PLAIN } from './shown.js';
import { treeOf } from './tree.js';

export interface ConsoleExporterOptions {
  readonly write: (text: string) => void;
  /** For a terminal alone. Default: no. */
  readonly colours?: boolean;
  readonly clock: Clock;
}

/**
 * Shows each trace of a batch as a tree, with durations, tokens, cost and kinds of errors; no prompts, no responses,
 * no texts of errors. Spans of one trace that come in several batches are shown as often.
 */
export const createConsoleExporter = ({ write, colours = false, clock }: ConsoleExporterOptions): Exporter => ({
  name: 'console',
  export({ request, spanCount }) {
    const style = colours ? COLOURED : PLAIN;
    try {
      const options = { project: 'default', receivedAtMillis: clock.unixMillis(), derive: deriveTrace };
      write(
        documentsOfRequest(request, options)
          .map((trace) => treeOf(trace, style))
          .join(''),
      );
      return Promise.resolve({ status: 'delivered' });
    } catch {
      return Promise.resolve({ status: 'rejected', rejectedSpans: spanCount, reason: 'not_written' });
    }
  },
  close: () => Promise.resolve(),
});
