import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

import {
  type FromThread,
  inlineDelivery,
  type Pipeline,
  type PipelineThread,
  servePipeline,
  threadDelivery,
  type ToThread,
} from './index.js';

const batchOf = (byteLength: number, spanCount = 1) => ({
  request: new Uint8Array(new ArrayBuffer(byteLength)),
  spanCount,
  isPlain: false,
});

/** Holds batches until they are released. */
const createHolding = (most = Infinity) => {
  const held: (() => void)[] = [];
  const accepted: number[] = [];
  const configured: unknown[] = [];
  let closes = 0;
  const pipeline: Pipeline = {
    accept: (batch) => {
      accepted.push(batch.request.byteLength);
      return new Promise((settle) => held.push(() => settle(true)));
    },
    room: {
      isFree: () => held.length < most,
      onFree: () => undefined,
    },
    flush: () => Promise.resolve(held.length === 0),
    counts: () => accepted.length,
    configure: (settings) => void configured.push(settings),
    close: () => {
      closes += 1;
      return Promise.resolve();
    },
  };
  return {
    pipeline,
    accepted,
    configured,
    closes: () => closes,
    release: () => {
      for (const settle of held.splice(0)) settle();
    },
  };
};

/** A pipeline behind a channel as a thread's, within this thread; batches wait in another one. */
const createThread = (pipeline: Pipeline) => {
  const waiting = new MessageChannel();
  const { port1, port2 } = new MessageChannel();
  let end: (reason: string) => void = () => undefined;
  servePipeline(
    () => pipeline,
    {
      post: (message, transfer) => {
        port2.postMessage(message, transfer);
      },
      takeBatch: () => receiveMessageOnPort(waiting.port2)?.message as (ToThread & { type: 'batch' }) | undefined,
      onMessage: (listen) =>
        port2.on('message', (message: ToThread) => {
          listen(message);
        }),
    },
    () => performance.now(),
  );
  const thread: PipelineThread = {
    post: (message, transfer) => {
      if (message.type !== 'batch') {
        port1.postMessage(message, transfer);
        return;
      }
      waiting.port1.postMessage(message, transfer);
      port1.postMessage({ type: 'waiting' });
    },
    onMessage: (listen) => {
      port1.on('message', (message: FromThread) => {
        listen(message);
      });
    },
    onEnd: (listen) => {
      end = listen;
    },
    keepAlive: () => undefined,
    terminate: () => {
      port1.close();
      return Promise.resolve();
    },
  };
  return {
    thread,
    die: () => {
      port1.close();
      end('the thread has ended with 1');
    },
  };
};

/** Messages of one thread to itself take a turn each. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const later = (work: () => void, delayMillis: number) => {
  const timer = setTimeout(work, delayMillis);
  return {
    cancel: () => {
      clearTimeout(timer);
    },
  };
};

const createDelivery = (threads: PipelineThread[], inline: Pipeline = createHolding().pipeline) => {
  const heard = { reused: [] as number[], lost: 0, counts: [] as unknown[], errors: [] as string[] };
  const delivery = threadDelivery({
    startThread: () => {
      const thread = threads.shift();
      if (thread === undefined) throw new Error('no thread can be had');
      return thread;
    },
    inline: () => inlineDelivery({ pipeline: inline, reuse: () => undefined }),
    reuse: (buffer) => void heard.reused.push(buffer.byteLength),
    onCounts: (counts) => void heard.counts.push(counts),
    tell: () => ({ told: heard.counts.length }),
    hasLastWord: () => false,
    onLost: (spans) => void (heard.lost += spans),
    onError: (error, where) =>
      void heard.errors.push(`${where}: ${error instanceof Error ? error.message : String(error)}`),
    later,
  });
  return { delivery, heard };
};

test('a batch is in flight until the pipeline has it behind it; its buffer comes back', async () => {
  const { pipeline, accepted, release } = createHolding();
  const { delivery, heard } = createDelivery([createThread(pipeline).thread]);
  const batch = batchOf(100, 7);
  delivery.send(batch);
  expect(batch.request.byteLength).toBe(0);
  expect([delivery.inFlightSpans, delivery.inFlightBytes]).toEqual([7, 100]);
  expect(await delivery.flush(100)).toBe(false);
  release();
  expect(await delivery.flush(100)).toBe(true);
  expect([delivery.inFlightSpans, delivery.inFlightBytes]).toEqual([0, 0]);
  expect(accepted).toEqual([100]);
  expect(heard.reused).toEqual([100]);
  expect(heard.counts.at(-1)).toBe(1);
  await delivery.close(100);
});

test('other settings reach the pipeline, in the thread and inline, after the batches before them', async () => {
  const inThread = createHolding();
  const inline = createHolding();
  const { thread, die } = createThread(inThread.pipeline);
  const { delivery } = createDelivery([thread], inline.pipeline);
  delivery.send(batchOf(10));
  delivery.configure('a');
  await delivery.flush(100);
  expect([inThread.accepted, inThread.configured]).toEqual([[10], ['a']]);
  die();
  delivery.send(batchOf(20));
  delivery.configure('b');
  expect(inline.configured).toEqual(['b']);
});

test('no thread is started before there is a batch', async () => {
  const { delivery, heard } = createDelivery([]);
  expect(await delivery.flush(100)).toBe(true);
  await delivery.close(100);
  expect(heard.errors).toEqual([]);
});

test('where no thread can be had the pipeline runs inline', async () => {
  const inline = createHolding();
  const { delivery, heard } = createDelivery([], inline.pipeline);
  delivery.send(batchOf(10));
  delivery.send(batchOf(20));
  expect(inline.accepted).toEqual([10, 20]);
  expect(heard.errors).toEqual(['thread: no thread can be had']);
  expect(delivery.inFlightBytes).toBe(30);
  inline.release();
  expect(await delivery.flush(100)).toBe(true);
  await delivery.close(100);
  expect(inline.closes()).toBe(1);
});

test('what was in a thread that dies is counted as lost, the next batch starts another, the third runs inline', async () => {
  const inline = createHolding();
  const first = createThread(createHolding().pipeline);
  const second = createThread(createHolding().pipeline);
  const { delivery, heard } = createDelivery([first.thread, second.thread], inline.pipeline);
  delivery.send(batchOf(10, 3));
  const flushed = delivery.flush(60_000);
  first.die();
  expect(await flushed).toBe(false);
  expect(heard.lost).toBe(3);
  expect(delivery.inFlightSpans).toBe(0);
  delivery.send(batchOf(20, 4));
  second.die();
  expect(heard.lost).toBe(7);
  delivery.send(batchOf(30, 5));
  expect(inline.accepted).toEqual([30]);
  expect(delivery.inFlightSpans).toBe(5);
  inline.release();
  await delivery.close(100);
});

test('a thread that never answers holds nobody up for longer than the time given', async () => {
  const { thread } = createThread({ ...createHolding().pipeline, flush: () => new Promise(() => undefined) });
  const { delivery } = createDelivery([thread]);
  delivery.send(batchOf(10));
  expect(await delivery.flush(1)).toBe(false);
  await delivery.close(1);
});

test('what the pipeline has no room for waits untaken; a flush is answered when all before it was taken', async () => {
  const { pipeline, accepted, release } = createHolding(2);
  const { delivery } = createDelivery([createThread(pipeline).thread]);
  for (const bytes of [1, 2, 3, 4, 5]) delivery.send(batchOf(bytes));
  const early = delivery.flush(100);
  await turns();
  expect(accepted).toEqual([1, 2]);
  for (const taken of [
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5],
  ]) {
    release();
    await turns();
    expect(accepted).toEqual(taken);
  }
  expect(await early).toBe(false);
  release();
  await turns();
  expect(await delivery.flush(100)).toBe(true);
  expect(delivery.inFlightSpans).toBe(0);
});

test('buffers of settled batches come back within one turn of the event loop', async () => {
  const { pipeline, release } = createHolding();
  const { thread } = createThread(pipeline);
  const settled: FromThread[] = [];
  let hear: (message: FromThread) => void = () => undefined;
  const { delivery, heard } = createDelivery([
    {
      ...thread,
      onMessage: (listen) => {
        hear = listen;
        thread.onMessage((message) => {
          if (message.type === 'settled') settled.push(message);
          else listen(message);
        });
      },
      hearSettled: () => settled.splice(0).forEach((message) => hear(message)),
    },
  ]);
  delivery.send(batchOf(1));
  await turns();
  release();
  await turns();
  expect([heard.reused, delivery.inFlightBytes]).toEqual([[], 1]);
  delivery.send(batchOf(2));
  expect([heard.reused, delivery.inFlightBytes]).toEqual([[1], 2]);
  release();
  expect(await delivery.flush(100)).toBe(false);
});

test('closing takes what waits, so that it is counted', async () => {
  const { pipeline, accepted, release } = createHolding(1);
  const { delivery } = createDelivery([createThread(pipeline).thread]);
  for (const bytes of [1, 2, 3]) delivery.send(batchOf(bytes));
  await turns();
  expect(accepted).toEqual([1]);
  const closed = delivery.close(100);
  await turns();
  expect(accepted).toEqual([1, 2, 3]);
  release();
  await closed;
});
