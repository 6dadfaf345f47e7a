import { deriveTrace, documentsOfRequest, MalformedProtobuf } from 'noveum-proto';

import type { Clock } from '../../clock.js';
import type { Exporter } from '../../exporter.js';
import { createRotatingFile, type LineFiles } from './rotating-file.js';

export interface FileExporterOptions {
  readonly path: string;
  /**
   * How a batch is told, one line each. Default: the trace documents of its spans, as a collector makes them that gets
   * this batch alone.
   */
  readonly linesOf?: (request: Uint8Array) => readonly string[];
  /** Default: 64 MiB. */
  readonly maxBytes?: number;
  /** Default: 5. */
  readonly maxFiles?: number;
  readonly files: LineFiles;
  readonly clock: Clock;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 5;

/** Writes batches as lines of JSON, into a file that is readable for its owner alone. */
export const createFileExporter = (options: FileExporterOptions): Exporter => {
  const { clock, files, maxBytes = MAX_BYTES, maxFiles = MAX_FILES, path } = options;
  const file = createRotatingFile({ path, maxBytes, maxFiles, files });

  const documentsOf = (request: Uint8Array): readonly string[] =>
    documentsOfRequest(request, {
      project: 'default',
      receivedAtMillis: clock.unixMillis(),
      derive: deriveTrace,
    }).map((document) => JSON.stringify(document));
  const linesOf = options.linesOf ?? documentsOf;

  return {
    name: 'file',
    async export({ request, spanCount }) {
      try {
        const lines = linesOf(request);
        await file.append(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
        return { status: 'delivered' };
      } catch (error) {
        if (error instanceof MalformedProtobuf)
          return { status: 'rejected', rejectedSpans: spanCount, reason: 'malformed' };
        return { status: 'retry', reason: (error as { code?: string }).code ?? 'not_written' };
      }
    },
    close: () => file.idle(),
  };
};
