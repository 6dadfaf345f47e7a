import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

import { startNodeThread, threadUrl } from './delivery/node/index.js';
import { nodeWires } from './node-wires.js';
import { threadEnvironment } from './options/node/index.js';
import { nodeRuntimeAttributes } from './resource/node/index.js';
import type { Platform } from './start.js';

export const nodePlatform = (log: Platform['log']): Platform => {
  const url = threadUrl();
  return {
    contextManager: new AsyncLocalStorageContextManager(),
    wires: nodeWires,
    startThread: (settings) => startNodeThread(url, settings, threadEnvironment()),
    resourceAttributes: nodeRuntimeAttributes(),
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
};
