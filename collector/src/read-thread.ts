import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

import { createDiskFiles } from './files/index.js';
import { createTraceAnswers } from './query/index.js';
import { openEmbeddedReader } from './store/embedded/index.js';
import { serveCalls } from './threads/index.js';

export interface ReadThreadData {
  readonly storeDirectory: string;
}

const { storeDirectory } = workerData as ReadThreadData;
const answers = createTraceAnswers(openEmbeddedReader({ files: createDiskFiles(), directory: storeDirectory }));

serveCalls(parentPort as MessagePort, { ...answers });
