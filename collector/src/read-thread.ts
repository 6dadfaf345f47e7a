import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

import { createDiskFiles } from './files/index.js';
import type { TraceQuery } from './store/index.js';
import { openEmbeddedReader } from './store/embedded/index.js';
import { serveCalls } from './threads/index.js';

export interface ReadThreadData {
  readonly storeDirectory: string;
}

const { storeDirectory } = workerData as ReadThreadData;
const reader = openEmbeddedReader({ files: createDiskFiles(), directory: storeDirectory });

serveCalls(parentPort as MessagePort, {
  find: (query: TraceQuery) => reader.find(query),
  get: (project: string | null, traceKey: string) => reader.get(project, traceKey),
  usage: (project: string | null) => reader.usage(project),
  close: () => reader.close(),
});
