import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

import { createDiskFiles } from './files/index.js';
import { createTraceAnswers } from './query/index.js';
import { openEmbeddedReader } from './store/embedded/index.js';
import { serveCalls } from './threads/index.js';

export interface ReadThreadData {
  readonly storeDirectory: string;
  readonly maxValueBytes: number;
}

const { maxValueBytes, storeDirectory } = workerData as ReadThreadData;
const reader = openEmbeddedReader({ files: createDiskFiles(), directory: storeDirectory, maxValueBytes });
const answers = createTraceAnswers(reader);

serveCalls(parentPort as MessagePort, { ...answers });
