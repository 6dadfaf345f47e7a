import { Worker } from 'node:worker_threads';

import type { DecodeLimits, DecodeOutcome } from './decoded.js';
import type { DecodeInput } from './decode-settings.js';
import { refuse, refuseTooLarge } from './refusal.js';

export interface DecodeRequest {
  readonly input: Omit<DecodeInput, 'bytes'> & { readonly bytes: Uint8Array };
  readonly limits: DecodeLimits;
  readonly nowMillis: number;
}

export interface DecodeThread {
  /** Bodies wait in line; what waits is bounded by the bytes that receivers hold in flight. */
  decode(input: DecodeInput, nowMillis: number): Promise<DecodeOutcome>;
  /** Resolves after all that waits has been answered. */
  close(): Promise<void>;
}

interface Job {
  readonly input: DecodeInput;
  readonly nowMillis: number;
  readonly answer: (outcome: DecodeOutcome) => void;
  attempts: number;
}

const ATTEMPTS = 2;
const HEAP_MEGABYTES = 768;

/** One worker, started with the first body; one that dies is replaced and its body tried once more. */
export const createDecodeThread = (workerFile: URL, limits: DecodeLimits): DecodeThread => {
  const waiting: Job[] = [];
  let running: Job | null = null;
  let worker: Worker | null = null;
  let outOfMemory = false;
  let idle: (() => void) | null = null;

  const finish = (outcome: DecodeOutcome): void => {
    running?.answer(outcome);
    running = null;
    next();
  };

  const onExit = (exited: Worker): void => {
    if (worker !== exited) return;
    worker = null;
    const job = running;
    if (job === null) return;
    running = null;
    if (outOfMemory) job.answer(refuseTooLarge('body', 'takes more memory to read than a body may', 'out_of_memory'));
    else if (job.attempts >= ATTEMPTS) job.answer(refuse('body', 'could not be read', 'undecodable'));
    else waiting.unshift(job);
    outOfMemory = false;
    next();
  };

  const start = (): Worker => {
    const started = new Worker(workerFile, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES } });
    started.unref();
    started.on('message', finish);
    started.on('error', (error: NodeJS.ErrnoException) => {
      outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    });
    started.on('exit', () => {
      onExit(started);
    });
    return started;
  };

  const next = (): void => {
    if (running !== null) return;
    running = waiting.shift() ?? null;
    if (running === null) {
      idle?.();
      return;
    }
    running.attempts++;
    const { input, nowMillis } = running;
    // The original stays here, so that the body can be tried again.
    const bytes = new Uint8Array(input.bytes);
    const request: DecodeRequest = { input: { ...input, bytes }, limits, nowMillis };
    worker ??= start();
    worker.postMessage(request, [bytes.buffer]);
  };

  return {
    decode: (input, nowMillis) =>
      new Promise((resolve) => {
        waiting.push({ input, nowMillis, answer: resolve, attempts: 0 });
        next();
      }),
    async close() {
      if (running !== null) await new Promise<void>((resolve) => (idle = resolve));
      const last = worker;
      worker = null;
      await last?.terminate();
    },
  };
};
