import { type Attributes, type Context, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';

import type { Batching } from '../batch/index.js';
import type { Delivery } from '../delivery/index.js';

export interface SpanProcessorOptions {
  readonly batching: Batching;
  readonly delivery: Delivery;
  /** User, session, tags: what the context says of every span made in it. */
  readonly attributesOf: (context: Context) => Attributes | undefined;
  /** Bytes that wait or are on their way; above it spans are dropped, with a count. */
  readonly maxQueueBytes: number;
  /** True where spans that the sampler has left out are recorded for the keep-rule to choose from. */
  readonly takesUnsampled: boolean;
  /** A span is on its way when its end returns: the process may be frozen right after. */
  readonly isImmediate: boolean;
  /** A trace's part of this process has ended, or with `isImmediate` a span; must not throw. */
  readonly onSendable?: (() => void) | undefined;
  readonly flushTimeoutMillis: number;
  /** A recorded span begins. */
  readonly onStarted: (isSampled: boolean) => void;
  readonly onCreated: () => void;
  readonly onDropped: (reason: 'queue_full' | 'not_sampled' | 'closed', spans: number) => void;
}

const isLocalRoot = ({ parentSpanContext }: ReadableSpan): boolean =>
  parentSpanContext === undefined || parentSpanContext.isRemote === true;

/**
 * The one processor of the SDK: what comes after `end()` is a chain inside it, since several processors of a provider
 * don't chain. Ending a span costs its caller a push into a ring.
 */
export const createSpanProcessor = (options: SpanProcessorOptions): SpanProcessor => {
  const { batching, delivery, attributesOf, maxQueueBytes, takesUnsampled } = options;
  const { onStarted, onCreated, onDropped, onSendable } = options;
  let isClosed = false;

  const forceFlush = async (): Promise<void> => {
    batching.drain();
    await delivery.flush(options.flushTimeoutMillis);
  };

  return {
    onStart(span: Span, context: Context) {
      onStarted((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0);
      const attributes = attributesOf(context);
      if (attributes !== undefined) span.setAttributes(attributes);
    },
    onEnd(span: ReadableSpan) {
      onCreated();
      if (isClosed) onDropped('closed', 1);
      else if (!takesUnsampled && (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0)
        onDropped('not_sampled', 1);
      else if (batching.waitingBytes + delivery.inFlightBytes >= maxQueueBytes) onDropped('queue_full', 1);
      else {
        batching.add(span);
        if (options.isImmediate) batching.drain();
        if (onSendable !== undefined && (options.isImmediate || isLocalRoot(span))) onSendable();
      }
    },
    forceFlush,
    async shutdown() {
      if (isClosed) return;
      isClosed = true;
      batching.close();
      await delivery.close(options.flushTimeoutMillis);
    },
  };
};
