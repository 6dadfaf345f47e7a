import type { Delivery, Pipeline } from './delivery.js';
import { createInFlight } from './in-flight.js';

export interface InlineDeliveryOptions {
  readonly pipeline: Pipeline;
  /** A batch's buffer, free to be used again. */
  readonly reuse: (buffer: ArrayBuffer) => void;
}

/** The pipeline on the host's own thread. */
export const inlineDelivery = ({ pipeline, reuse }: InlineDeliveryOptions): Delivery => {
  const inFlight = createInFlight();
  return {
    send(batch) {
      const bytes = batch.request.byteLength;
      inFlight.add(batch.spanCount, bytes);
      void pipeline.accept(batch).then(() => {
        inFlight.remove(batch.spanCount, bytes);
        reuse(batch.request.buffer);
      });
    },
    get inFlightSpans() {
      return inFlight.spans;
    },
    get inFlightBytes() {
      return inFlight.bytes;
    },
    configure: (settings) => pipeline.configure(settings),
    flush: (timeoutMillis) => pipeline.flush(timeoutMillis),
    close: (timeoutMillis) => pipeline.close(timeoutMillis),
  };
};
