import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

import type { FromThread, PipelineThread, ToThread } from '../messages.js';

/** The thread's heap sees few objects: what it works on are buffers. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 };

/** What the thread is started with. */
export interface ThreadData {
  readonly settings: unknown;
  /** Batches wait in it; by it they come back. */
  readonly batches: MessagePort;
}

/**
 * A worker thread of Node, without what the process preloads (`--import`, `--require`): an instrumentation in there would
 * trace the exports, and `noveum-trace/register` start the SDK once more. Throws where none can be started.
 */
export const startNodeThread = (url: URL, settings: unknown, env: NodeJS.ProcessEnv): PipelineThread => {
  const { port1: toBatches, port2: batches } = new MessageChannel();
  const worker = new Worker(url, {
    workerData: { settings, batches } satisfies ThreadData,
    transferList: [batches],
    name: 'noveum-trace',
    resourceLimits: THREAD_LIMITS,
    execArgv: [],
    env,
  });
  let fault: string | undefined;
  let hear: (message: FromThread) => void = () => undefined;
  toBatches.on('message', (message: FromThread) => {
    hear(message);
  });
  toBatches.unref();
  worker.on('error', (error) => {
    fault = error instanceof Error ? error.message : String(error);
  });
  return {
    post: (message, transfer) => {
      if (message.type !== 'batch') {
        worker.postMessage(message, transfer);
        return;
      }
      toBatches.postMessage(message, transfer);
      worker.postMessage({ type: 'waiting' } satisfies ToThread);
    },
    hearSettled: () => {
      for (;;) {
        const received = receiveMessageOnPort(toBatches);
        if (received === undefined) return;
        hear(received.message as FromThread);
      }
    },
    onMessage: (listen) => {
      hear = listen;
      worker.on('message', (message: FromThread) => {
        listen(message);
      });
    },
    onEnd: (listen) => {
      worker.once('exit', (code) => {
        listen(fault ?? `the thread has ended with ${code}`);
      });
    },
    keepAlive: (isAlive) => {
      if (isAlive) worker.ref();
      else worker.unref();
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
};
