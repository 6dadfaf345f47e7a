import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Spans that wait at most; more go on without what isn't known of their resource. */
const MAX_WAITING_SPANS = 2_048;
/** A detector that takes longer is done without. */
const MAX_WAIT_MILLIS = 1_000;

export interface AwaitingResource extends SpanProcessor {
  /** Undefined where no span waits. Never rejects. */
  readonly pending: Promise<void> | undefined;
}

const bounded = async (work: Promise<void> | undefined, millis: number): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, millis);
  });
  await Promise.race([work, late]).catch(() => undefined);
  clearTimeout(timer);
};

/**
 * Detectors of a host's resource may take a while (its id, its cloud): spans that end before that wait for them, since
 * a resource is encoded once for a batch.
 */
export const awaitingResource = (next: SpanProcessor): AwaitingResource => {
  let waiting: ReadableSpan[] = [];
  let pending: Promise<void> | undefined;

  const release = (): void => {
    const spans = waiting;
    waiting = [];
    pending = undefined;
    for (const span of spans) next.onEnd(span);
  };

  return {
    get pending() {
      return pending;
    },
    onStart: (span, context) => next.onStart(span, context),
    onEnd(span) {
      if (span.resource.asyncAttributesPending !== true) {
        next.onEnd(span);
        return;
      }
      waiting.push(span);
      pending ??= bounded(span.resource.waitForAsyncAttributes?.(), MAX_WAIT_MILLIS).then(release);
      if (waiting.length >= MAX_WAITING_SPANS) release();
    },
    async forceFlush() {
      await pending;
      await next.forceFlush();
    },
    async shutdown() {
      await pending;
      await next.shutdown();
    },
  };
};
