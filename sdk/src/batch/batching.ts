import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { estimatedSize } from './span-size.js';

/** Turns ended spans into bytes; what it holds is one batch in the making. */
export interface BatchEncoder<Batch> {
  append(span: ReadableSpan): void;
  readonly spanCount: number;
  readonly byteLength: number;
  /** Undefined where it holds nothing. */
  take(): Batch | undefined;
}

/** The host's event loop. Timers never keep a process alive. */
export interface Turns {
  /** After the work at hand, before long. */
  soon(work: () => void): void;
  later(work: () => void, delayMillis: number): { cancel(): void };
  nowMillis(): number;
}

export interface BatchingOptions<Batch> {
  readonly encoder: BatchEncoder<Batch>;
  readonly turns: Turns;
  /** Takes a full batch; must not throw. */
  readonly ship: (batch: Batch) => void;
  /** A batch is shipped when it holds so many spans … */
  readonly maxBatchSpans: number;
  /** … or so many bytes … */
  readonly maxBatchBytes: number;
  /** … or when its first span ended so long ago. */
  readonly scheduledDelayMillis: number;
}

/** Ended spans wait here as they are, so that ending one costs its caller next to nothing. */
export interface Batching {
  /** Never throws and never waits. */
  add(span: ReadableSpan): void;
  /** Encodes and ships everything that was added, now. */
  drain(): void;
  /** Spans that are added and not shipped. */
  readonly waitingSpans: number;
  /** Estimated bytes of these. */
  readonly waitingBytes: number;
  /** Drains, and forgets its timer. Idempotent. */
  close(): void;
}

/** Above either, `add` encodes on its caller's time: what waits as objects takes several times its encoded size. */
const MAX_RING_SPANS = 1_024;
/**
 * … and until the next turn of the event loop, once it was reached: in a loop that ends spans without a pause all of the ring
 * outlives every collection of garbage, and the heap grows to twice its size for that.
 */
const MAX_BUSY_RING_SPANS = 256;
const MAX_RING_BYTES = 4 * 1_024 * 1_024;
/** From here on encoding doesn't wait for the timer. */
const EAGER_SPANS = 64;
const EAGER_BYTES = 128 * 1_024;
/** Of one turn of the event loop. */
const SLICE_MILLIS = 5;
const SPANS_BETWEEN_CLOCK_READS = 32;
/** Sizing looks at every attribute, on its caller's time: every 16th span stands for those before it. */
const SPANS_A_SIZE = 16;

export const createBatching = <Batch>(options: BatchingOptions<Batch>): Batching => {
  const { encoder, turns, ship, maxBatchSpans, maxBatchBytes, scheduledDelayMillis } = options;
  let ring: ReadableSpan[] = [];
  let ringBytes = 0;
  let ringLimit = MAX_RING_SPANS;
  let isEncodingSoon = false;
  let isShippingDue = false;
  let timer: { cancel(): void } | undefined;

  const shipBatch = (): void => {
    const batch = encoder.take();
    if (batch !== undefined) ship(batch);
  };

  /** Encodes from the ring's front until it is empty or `isOver`. */
  const encodeUntil = (isOver: (encoded: number) => boolean): void => {
    const waiting = ring;
    let encoded = 0;
    while (encoded < waiting.length && !isOver(encoded)) {
      encoder.append(waiting[encoded++] as ReadableSpan);
      if (encoder.spanCount >= maxBatchSpans || encoder.byteLength >= maxBatchBytes) shipBatch();
    }
    ring = waiting.slice(encoded);
    ringBytes = waiting.length === 0 ? 0 : (ringBytes * ring.length) / waiting.length;
  };

  const encodeAll = (): void => {
    encodeUntil(() => false);
  };

  const encodeSlice = (): void => {
    isEncodingSoon = false;
    ringLimit = MAX_RING_SPANS;
    const end = turns.nowMillis() + SLICE_MILLIS;
    encodeUntil((encoded) => (encoded + 1) % SPANS_BETWEEN_CLOCK_READS === 0 && turns.nowMillis() >= end);
    if (ring.length > 0) encodeSoon();
    else if (isShippingDue) {
      isShippingDue = false;
      shipBatch();
    }
  };

  const encodeSoon = (): void => {
    if (isEncodingSoon) return;
    isEncodingSoon = true;
    turns.soon(encodeSlice);
  };

  const drain = (): void => {
    timer?.cancel();
    timer = undefined;
    isShippingDue = false;
    encodeAll();
    shipBatch();
  };

  const shipSoon = (): void => {
    timer = undefined;
    isShippingDue = true;
    encodeSoon();
  };

  return {
    add(span) {
      ring.push(span);
      if (ring.length % SPANS_A_SIZE === 1) ringBytes += (ring.length === 1 ? 1 : SPANS_A_SIZE) * estimatedSize(span);
      timer ??= turns.later(shipSoon, scheduledDelayMillis);
      if (ring.length >= ringLimit || ringBytes >= MAX_RING_BYTES) {
        encodeAll();
        ringLimit = MAX_BUSY_RING_SPANS;
      } else if (ring.length >= EAGER_SPANS || ringBytes >= EAGER_BYTES) encodeSoon();
    },
    drain,
    get waitingSpans() {
      return ring.length + encoder.spanCount;
    },
    get waitingBytes() {
      return ringBytes + encoder.byteLength;
    },
    close: drain,
  };
};
