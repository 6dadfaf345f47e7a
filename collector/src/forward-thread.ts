import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

import type { ForwardEndpoint } from './config/index.js';
import { createDiskFiles } from './files/index.js';
import {
  createCursors,
  createGrpcSender,
  createHttpSender,
  createPartsOfRecord,
  createToRequests,
  startEndpoint,
  startForwarder,
} from './forward/index.js';
import { type JournalPosition, openJournalReader } from './journal/index.js';
import { fragmentsOf } from './normalise/index.js';
import { serveCalls } from './threads/index.js';

export interface ForwardThreadData {
  readonly journalDirectory: string;
  readonly cursorDirectory: string;
  readonly instanceId: string;
  readonly endpoints: readonly { readonly endpoint: ForwardEndpoint; readonly start: JournalPosition }[];
}

const port = parentPort as MessagePort;
const { journalDirectory, cursorDirectory, instanceId, endpoints } = workerData as ForwardThreadData;
const files = createDiskFiles();
const now = Date.now;

const start = async ({ endpoint, start: from }: ForwardThreadData['endpoints'][number]) =>
  startEndpoint({
    endpoint,
    reader: await openJournalReader({ files, directory: journalDirectory }),
    start: from,
    sender: endpoint.protocol === 'grpc' ? createGrpcSender(endpoint) : createHttpSender(endpoint, now),
    toRequests: createToRequests({
      instanceId,
      partsOf: createPartsOfRecord(endpoint, fragmentsOf),
      onUnreadable: ({ format, receivedAtMillis, body }) => {
        const record = { name: endpoint.name, code: 'UNREADABLE', format, receivedAtMillis, bytes: body.length };
        port.postMessage({ type: 'refused', record });
      },
    }),
    onRefused: (record) => {
      port.postMessage({ type: 'refused', record });
    },
    now,
    random: Math.random,
  });

const forwarder = startForwarder({
  endpoints: await Promise.all(endpoints.map(start)),
  cursors: createCursors(files, cursorDirectory),
  onReports: (reports) => {
    port.postMessage({ type: 'reports', reports });
  },
  onCursorFault: (code) => {
    port.postMessage({ type: 'cursor-fault', code });
  },
});

port.on('message', (message: { type: string; end?: JournalPosition; file?: number }) => {
  if (message.type === 'advance' && message.end !== undefined) forwarder.advance(message.end);
  else if (message.type === 'drop-through' && message.file !== undefined) forwarder.dropThrough(message.file);
});
serveCalls(port, {
  close: (withinMillis: number) => forwarder.close(AbortSignal.timeout(withinMillis)),
});
