import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

import { deferredPipeline } from '../../delivery/index.js';
import { startNodeThread, threadUrl } from '../../delivery/node/index.js';
import { threadEnvironment } from '../../options/node/index.js';
import { nodeRuntimeAttributes } from '../../resource/node/index.js';
import { later, type Platform, requestWaitUntil } from '../index.js';

export const nodePlatform = (log: Platform['log']): Platform => {
  const url = threadUrl();
  return {
    contextManager: new AsyncLocalStorageContextManager(),
    // Where a thread has it, this thread never loads it.
    buildPipeline: (parts, onError) =>
      deferredPipeline({
        load: async () => {
          const { buildNodePipeline } = await import('../../pipeline/node/index.js');
          return buildNodePipeline(parts, onError);
        },
        onFailed: (error, spans) => {
          onError(error, 'pipeline');
          if (spans > 0) parts.ledger.dropped(spans, 'stage_failed');
        },
        counts: () => parts.ledger.take(),
      }),
    startThread: (settings) => startNodeThread(url, settings, threadEnvironment()),
    waitUntil: requestWaitUntil(),
    resourceAttributes: nodeRuntimeAttributes(),
    newId: () => crypto.randomUUID(),
    later,
    log,
  };
};
