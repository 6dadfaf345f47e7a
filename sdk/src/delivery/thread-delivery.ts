import type { Delivery } from './delivery.js';
import { createInFlight } from './in-flight.js';
import type { FromThread, PipelineThread, ToThread } from './messages.js';

export interface ThreadDeliveryOptions {
  /** Called at the first batch, and once more after the thread has ended by itself. */
  readonly startThread: () => PipelineThread;
  /** Where batches go once two threads have ended. */
  readonly inline: () => Delivery;
  readonly reuse: (buffer: ArrayBuffer) => void;
  readonly onCounts: (counts: unknown) => void;
  /** The host's counts, for the thread to tell its backends; can be posted. */
  readonly tell: () => unknown;
  /** Whether closing has something to tell though nothing was ever sent. */
  readonly hasLastWord: () => boolean;
  /** The thread has ended with spans in it; whether they arrived is not known. */
  readonly onLost: (spans: number) => void;
  readonly onError: (error: unknown, where: string) => void;
  /** A timer that keeps the process alive. */
  readonly later: (work: () => void, delayMillis: number) => { cancel(): void };
}

interface Sent {
  readonly spanCount: number;
  readonly byteLength: number;
}

const MAX_STARTS = 2;
/** A thread that doesn't answer by then never will. */
const ANSWER_GRACE_MILLIS = 1_000;

/** The pipeline in a thread of its own: the host's thread hands over buffers and takes them back. */
export const threadDelivery = (options: ThreadDeliveryOptions): Delivery => {
  const inFlight = createInFlight();
  const sent = new Map<number, Sent>();
  const answers = new Map<number, (isComplete: boolean) => void>();
  let nextId = 0;
  let starts = 0;
  let thread: PipelineThread | undefined;
  let instead: Delivery | undefined;

  const settle = (id: number): void => {
    const batch = sent.get(id);
    if (batch === undefined) return;
    sent.delete(id);
    inFlight.remove(batch.spanCount, batch.byteLength);
  };

  const answer = (id: number, isComplete: boolean): void => {
    const tell = answers.get(id);
    answers.delete(id);
    if (answers.size === 0) thread?.keepAlive(false);
    tell?.(isComplete);
  };

  const hear = (message: FromThread): void => {
    switch (message.type) {
      case 'settled':
        settle(message.id);
        options.reuse(message.buffer);
        break;
      case 'done':
        thread?.hearSettled?.();
        answer(message.id, message.isComplete);
        break;
      case 'counts':
        options.onCounts(message.counts);
        thread?.post({ type: 'told', told: options.tell(), answersTo: message.number }, []);
        break;
      case 'fault':
        options.onError(message.message, message.where);
        break;
    }
  };

  const giveUpSent = (): void => {
    const lostSpans = inFlight.spans;
    for (const id of [...sent.keys()]) settle(id);
    if (lostSpans > 0) options.onLost(lostSpans);
  };

  const forgetThread = (reason: string): void => {
    thread = undefined;
    giveUpSent();
    for (const id of [...answers.keys()]) answer(id, false);
    options.onError(reason, 'thread');
  };

  const startOnce = (): PipelineThread | undefined => {
    if (thread !== undefined || starts >= MAX_STARTS) return thread;
    starts += 1;
    try {
      const started = options.startThread();
      started.onMessage(hear);
      started.onEnd((reason) => {
        started.hearSettled?.();
        if (thread === started) forgetThread(reason);
      });
      started.keepAlive(false);
      thread = started;
    } catch (error) {
      starts = MAX_STARTS;
      options.onError(error, 'thread');
    }
    return thread;
  };

  const ask = (type: 'flush' | 'close', timeoutMillis: number): Promise<boolean> => {
    const asked = thread;
    if (asked === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const id = nextId++;
      const timer = options.later(() => {
        answer(id, false);
      }, timeoutMillis + ANSWER_GRACE_MILLIS);
      answers.set(id, (isComplete) => {
        timer.cancel();
        resolve(isComplete);
      });
      asked.keepAlive(true);
      asked.post({ type, id, timeoutMillis }, []);
    });
  };

  const post = (running: PipelineThread, message: ToThread & { type: 'batch' }): void => {
    sent.set(message.id, message);
    inFlight.add(message.spanCount, message.byteLength);
    running.post(message, [message.buffer]);
  };

  return {
    send(batch) {
      const running = startOnce();
      if (running === undefined) (instead ??= options.inline()).send(batch);
      else {
        running.hearSettled?.();
        const { buffer, byteLength } = batch.request;
        const { spanCount, isPlain } = batch;
        post(running, { type: 'batch', id: nextId++, buffer, byteLength, spanCount, isPlain, told: options.tell() });
      }
    },
    get inFlightSpans() {
      return inFlight.spans + (instead?.inFlightSpans ?? 0);
    },
    get inFlightBytes() {
      return inFlight.bytes + (instead?.inFlightBytes ?? 0);
    },
    configure(settings) {
      thread?.post({ type: 'configure', settings }, []);
      instead?.configure(settings);
    },
    async flush(timeoutMillis) {
      const [byThread, byOther] = await Promise.all([
        ask('flush', timeoutMillis),
        instead?.flush(timeoutMillis) ?? true,
      ]);
      return byThread && byOther;
    },
    async close(timeoutMillis) {
      if (starts === 0 && options.hasLastWord()) instead ??= options.inline();
      await Promise.all([ask('close', timeoutMillis), instead?.close(timeoutMillis)]);
      const ending = thread;
      thread = undefined;
      starts = MAX_STARTS;
      await ending?.terminate();
      // It didn't answer in time: what it had in hand is gone with it.
      giveUpSent();
    },
  };
};
