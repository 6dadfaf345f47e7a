import { buildPipeline } from './build-pipeline.js';
import { createInit } from './create-init.js';
import { asyncLocalContext, currentPage, stackContext } from './edge/index.js';
import { refusedAtTheEdge } from './edge-refused.js';
import { edgeWires } from './edge-wires.js';
import { readPortableSources } from './options/index.js';
import { randomIds } from './provider/index.js';
import { portableRuntimeAttributes } from './resource/index.js';
import { requestWaitUntil } from './wait-until.js';

/** A page may have 64 KiB under way when it is left, in JSON: several batches are to fit. */
const MAX_PAGE_BATCH_BYTES = 16 * 1_024;

/**
 * Starts tracing where there is no Node: in web pages, workers and edge runtimes, by web standards alone. The options
 * are those of Node, in code or, where the runtime has one, its environment.
 *
 * Throws `ConfigurationError` naming every wrong option of the code, and what needs Node: files, encryption, signals.
 */
export const init = createInit({
  readSources: readPortableSources,
  platform: (log) => {
    const page = currentPage();
    return {
      contextManager: asyncLocalContext() ?? stackContext(),
      buildPipeline: (parts, onError) => buildPipeline({ ...parts, wires: edgeWires(page, onError) }),
      startThread: undefined,
      ...(page === undefined ? {} : { maxBatchBytes: MAX_PAGE_BATCH_BYTES }),
      waitUntil: requestWaitUntil(),
      resourceAttributes: portableRuntimeAttributes(),
      // Not by `randomUUID`, which pages over plain http don't have.
      newId: () => randomIds().generateTraceId(),
      later: (work, delayMillis) => {
        const timer = setTimeout(work, delayMillis);
        return {
          cancel: () => {
            clearTimeout(timer);
          },
        };
      },
      log,
    };
  },
  write: (line) => {
    // eslint-disable-next-line no-console -- there is no standard error here
    console.warn(line);
  },
  refused: refusedAtTheEdge,
  attend: (started) =>
    currentPage()?.onHidden(() => void started.flush()) ?? {
      close: () => undefined,
    },
});
