import { MessageChannel, type MessagePort, type ResourceLimits, Worker, workerData } from 'node:worker_threads';

/** A thread that loads its code at once, and begins once it is told what to work on. */
export interface PreparedThread<Work> {
  /** To be called once. Where the thread has died meanwhile, another one is started. */
  begin(work: Work): Worker;
  /** Ends it where it has not begun; from `begin` on whoever began it does. */
  abandon(): Promise<void>;
}

/** The file's first statement is to wait for `workOf`. */
export const prepareThread = <Work>(file: URL, resourceLimits: ResourceLimits): PreparedThread<Work> => {
  const start = () => {
    const { port1: ours, port2: theirs } = new MessageChannel();
    const worker = new Worker(file, { workerData: theirs, transferList: [theirs], resourceLimits });
    return { worker, ours, ended: false };
  };
  let thread = start();
  let begun = false;
  const { worker: first } = thread;
  const noteEnd = (): void => {
    thread.ended = true;
  };
  first.on('error', noteEnd);
  first.on('exit', noteEnd);

  return {
    begin(work) {
      begun = true;
      if (thread.ended) thread = start();
      first.off('error', noteEnd);
      first.off('exit', noteEnd);
      thread.ours.postMessage(work);
      thread.ours.close();
      return thread.worker;
    },
    async abandon() {
      if (begun) return;
      begun = true;
      thread.ours.close();
      await first.terminate();
    },
  };
};

/** In a prepared thread: what it is to work on. */
export const workOf = async <Work>(): Promise<Work> => {
  const port = workerData as MessagePort;
  const work = await new Promise<Work>((resolve) => {
    port.once('message', resolve);
  });
  port.close();
  return work;
};
