import { hostname } from 'node:os';

import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { threadUrl } from '#thread-url';

import { startNodeThread } from './delivery/node/index.js';
import { nodeWires } from './node-wires.js';
import type { Platform } from './start.js';

export const nodePlatform = (log: Platform['log']): Platform => {
  const url = threadUrl();
  return {
    contextManager: new AsyncLocalStorageContextManager(),
    wires: nodeWires,
    startThread: url === undefined ? undefined : (settings) => startNodeThread(url, settings),
    resourceAttributes: {
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'host.name': hostname(),
      'host.arch': process.arch,
      'os.type': process.platform,
    },
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
