import type { Pipeline } from './delivery.js';
import type { FromThread, Port, ToThread } from './messages.js';

/** Counts are told at most so often, and with every answer to a flush. */
const COUNTS_EVERY_MILLIS = 200;

/** The thread's end of `threadDelivery`. */
export const servePipeline = (pipeline: Pipeline, port: Port<FromThread, ToThread>, nowMillis: () => number): void => {
  let lastCountsMillis = -Infinity;

  const tellCounts = (): void => {
    lastCountsMillis = nowMillis();
    port.post({ type: 'counts', counts: pipeline.counts() }, []);
  };

  const accept = async ({ id, buffer, byteLength, spanCount }: ToThread & { type: 'batch' }): Promise<void> => {
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
