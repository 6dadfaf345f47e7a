import { type MessagePort, parentPort } from 'node:worker_threads';

import type { OwnPrice } from 'noveum-proto';
import { createPriceBook } from 'noveum-proto/pricing';

import { createDiskFiles } from './files/index.js';
import { createAnalyticsAnswers, createTraceAnswers } from './query/index.js';
import { openReader } from './open-reader.js';
import type { StoredIn } from './stored-in.js';
import { serveCalls, workOf } from './threads/index.js';

export interface ReadThreadData {
  readonly store: StoredIn;
  readonly maxValueBytes: number;
  /** Payload of a trace that documents are made of here; default: the reader's own. */
  readonly maxDocumentBytes?: number;
  readonly ownPrices: readonly OwnPrice[];
}

/** So that the disk gets back what retention and compaction removed, whether or not anybody reads. */
const LET_GO_MILLIS = 10_000;

const { ownPrices, store, ...settings } = await workOf<ReadThreadData>();
const prices = createPriceBook({ own: ownPrices });
const { reader, letGo } = await openReader(store, { files: createDiskFiles(), prices, ...settings });
setInterval(() => {
  // A fault of the store is told by the next read; here the next round tries again.
  letGo().catch(() => undefined);
}, LET_GO_MILLIS).unref();
const answers = createTraceAnswers(reader, prices);

serveCalls(parentPort as MessagePort, { ...answers, ...createAnalyticsAnswers(reader) });
