import type { Pipeline } from './delivery.js';
import { createLastWord } from './last-word.js';
import type { FromThread, Port, ToThread } from './messages.js';

/** Counts are told at most so often, and with every answer to a flush. */
const COUNTS_EVERY_MILLIS = 200;
/** The host's thread may be busy, or gone. */
const LAST_WORD_MILLIS = 200;

/** What a pipeline in a thread hears from its host. */
export interface HostLink {
  /** The host's counts, as it told them last; undefined: not yet. */
  told(): unknown;
  /** Tells the host all that was counted here, and waits until its own counts hold that. */
  settle(): Promise<void>;
}

type Batch = ToThread & { readonly type: 'batch' };

/** The thread's port; batches may also wait beside it until they are taken, which costs no thread's heap anything. */
export interface ServedPort extends Port<FromThread, ToThread> {
  /** The first that waits. */
  takeBatch?(): Batch | undefined;
}

/** The thread's end of `threadDelivery`. */
export const servePipeline = (build: (host: HostLink) => Pipeline, port: ServedPort, nowMillis: () => number): void => {
  let lastCountsMillis = -Infinity;
  let countsNumber = 0;
  const word = createLastWord();

  const tellCounts = (): void => {
    lastCountsMillis = nowMillis();
    port.post({ type: 'counts', counts: pipeline.counts(), number: ++countsNumber }, []);
  };

  const pipeline = build({
    told: () => word.told(),
    settle() {
      tellCounts();
      return word.answered(countsNumber, LAST_WORD_MILLIS);
    },
  });

  const accept = async ({ id, buffer, byteLength, spanCount, isPlain, told }: Batch): Promise<void> => {
    word.hear(told);
    await pipeline.accept({ request: new Uint8Array(buffer, 0, byteLength), spanCount, isPlain });
    port.post({ type: 'settled', id, buffer }, [buffer]);
    if (nowMillis() - lastCountsMillis >= COUNTS_EVERY_MILLIS) tellCounts();
    takeWaiting();
  };

  /** By the id of who asks, which is higher than those of all batches before. */
  const untilTaken = new Map<number, () => void>();
  const tellTaken = (upTo: number): void => {
    for (const [id, tell] of untilTaken) {
      if (id > upTo) continue;
      untilTaken.delete(id);
      tell();
    }
  };

  const takeWaiting = (hasRoom = (): boolean => pipeline.room?.isFree() ?? true): void => {
    while (hasRoom()) {
      const batch = port.takeBatch?.();
      tellTaken(batch?.id ?? Infinity);
      if (batch === undefined) return;
      void accept(batch);
    }
  };

  const flush = async (id: number, timeoutMillis: number): Promise<boolean> => {
    await new Promise<void>((resolve) => {
      untilTaken.set(id, resolve);
      takeWaiting();
    });
    return pipeline.flush(timeoutMillis);
  };

  const answer = async (id: number, work: Promise<boolean>): Promise<void> => {
    const isComplete = await work;
    tellCounts();
    port.post({ type: 'done', id, isComplete }, []);
  };

  pipeline.room?.onFree(() => takeWaiting());
  port.onMessage((message) => {
    switch (message.type) {
      case 'batch':
        void accept(message);
        break;
      case 'waiting':
        takeWaiting();
        break;
      case 'told':
        word.hear(message.told, message.answersTo);
        break;
      case 'configure':
        pipeline.configure(message.settings);
        break;
      case 'flush':
        void answer(message.id, flush(message.id, message.timeoutMillis));
        break;
      case 'close':
        // What the exporters can't take any more is counted as dropped by them.
        takeWaiting(() => true);
        void answer(
          message.id,
          pipeline.close(message.timeoutMillis).then(() => true),
        );
        break;
    }
  });
};
