import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/**
 * A span as the next processor is to see it. The span itself stays as it is: other processors of the provider have it
 * too. What isn't part of `ReadableSpan` doesn't come along, so that nothing gets past a change.
 */
export const viewOf = (span: ReadableSpan, changes: Partial<ReadableSpan>): ReadableSpan => {
  const { parentSpanContext } = span;
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    status: span.status,
    attributes: span.attributes,
    links: span.links,
    events: span.events,
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    ...changes,
  };
};
