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

/** The thread's end of `threadDelivery`. */
export const servePipeline = (
  build: (host: HostLink) => Pipeline,
  port: Port<FromThread, ToThread>,
  nowMillis: () => number,
): void => {
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

  const accept = async ({ id, buffer, byteLength, spanCount, told }: ToThread & { type: 'batch' }): Promise<void> => {
    word.hear(told);
    await pipeline.accept({ request: new Uint8Array(buffer, 0, byteLength), spanCount });
    port.post({ type: 'settled', id, buffer }, [buffer]);
    if (nowMillis() - lastCountsMillis >= COUNTS_EVERY_MILLIS) tellCounts();
  };

  const answer = async (id: number, work: Promise<boolean>): Promise<void> => {
    const isComplete = await work;
    tellCounts();
    port.post({ type: 'done', id, isComplete }, []);
  };

  port.onMessage((message) => {
    switch (message.type) {
      case 'batch':
        void accept(message);
        break;
      case 'told':
        word.hear(message.told, message.answersTo);
        break;
      case 'configure':
        pipeline.configure(message.settings);
        break;
      case 'flush':
        void answer(message.id, pipeline.flush(message.timeoutMillis));
        break;
      case 'close':
        void answer(
          message.id,
          pipeline.close(message.timeoutMillis).then(() => true),
        );
        break;
    }
  });
};
