import { edgeWires } from '../../pipeline/edge/index.js';
import { buildPipeline } from '../../pipeline/index.js';
import { randomIds } from '../../provider/index.js';
import { portableRuntimeAttributes } from '../../resource/index.js';
import { later, type Platform, requestWaitUntil } from '../index.js';
import { asyncLocalContext } from './async-local-context.js';
import { currentPage } from './page.js';
import { stackContext } from './stack-context.js';

/** A page may have 64 KiB under way when it is left, in JSON: several batches are to fit. */
const MAX_PAGE_BATCH_BYTES = 16 * 1_024;

export const edgePlatform = (log: Platform['log']): Platform => {
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
    later,
    log,
  };
};
