import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { servePipeline, type ToThread } from './delivery/index.js';
import type { ThreadData } from './delivery/node/index.js';
import { createLedger } from './ledger/index.js';
import { buildNodePipeline } from './pipeline/node/index.js';
import type { ThreadSettings } from './pipeline/settings/index.js';
import type { Told } from './sender/index.js';

/** The entry of the thread that processes and exports: see `startNodeThread`. */
const port = parentPort;
if (port !== null) {
  const tellFault = (error: unknown, where: string): void => {
    port.postMessage({ type: 'fault', where, message: error instanceof Error ? error.message : String(error) });
  };
  const data = workerData as ThreadData;
  const { settings, process } = data.settings as ThreadSettings;
  servePipeline(
    (host) =>
      buildNodePipeline(
        {
          settings,
          ledger: createLedger(),
          sender: { process, told: () => host.told() as Told | undefined },
          beforeClose: () => host.settle(),
        },
        tellFault,
      ),
    {
      post: (message, transfer) => {
        (message.type === 'settled' ? data.batches : port).postMessage(message, transfer);
      },
      onMessage: (listen) => {
        port.on('message', (message: ToThread) => {
          listen(message);
        });
      },
      takeBatch: () => receiveMessageOnPort(data.batches)?.message as (ToThread & { type: 'batch' }) | undefined,
    },
    () => performance.now(),
  );
}
