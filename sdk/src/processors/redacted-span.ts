import { type Attributes, createTraceState, type Link, type SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';

import { createRedactResource } from './redacted-resource.js';
import { remembering, type SpanRedactor } from './span-redactor.js';
import { viewOf } from './span-view.js';

type Scope = ReadableSpan['instrumentationScope'] & { readonly attributes?: Attributes };

/** Redacts every text that a span can carry: beside attributes those of events, links, status, states, scope, resource. */
export const createRedactSpan = (redactor: SpanRedactor): ((span: ReadableSpan) => ReadableSpan) => {
  const { text, attributes } = redactor;
  const resource = createRedactResource(redactor);

  const state = (context: SpanContext): SpanContext => {
    const told = context.traceState?.serialize() ?? '';
    const redacted = text(told);
    return redacted === told ? context : { ...context, traceState: createTraceState(redacted) };
  };

  const event = (source: TimedEvent): TimedEvent => ({
    ...source,
    name: text(source.name),
    ...(source.attributes === undefined ? {} : { attributes: attributes(source.attributes) }),
  });

  const link = (source: Link): Link => ({
    ...source,
    context: state(source.context),
    ...(source.attributes === undefined ? {} : { attributes: attributes(source.attributes) }),
  });

  const scope = remembering<Scope>((source) => ({
    ...source,
    name: text(source.name),
    ...(source.version === undefined ? {} : { version: text(source.version, 'version') }),
    ...(source.schemaUrl === undefined ? {} : { schemaUrl: text(source.schemaUrl) }),
    ...(source.attributes === undefined ? {} : { attributes: attributes(source.attributes) }),
  }));

  return (span) => {
    const { parentSpanContext, status } = span;
    const context = state(span.spanContext());
    return viewOf(span, {
      name: text(span.name),
      spanContext: () => context,
      ...(parentSpanContext === undefined ? {} : { parentSpanContext: state(parentSpanContext) }),
      status: status.message === undefined ? status : { ...status, message: text(status.message) },
      attributes: attributes(span.attributes),
      events: span.events.map(event),
      links: span.links.map(link),
      resource: resource(span.resource),
      instrumentationScope: scope(span.instrumentationScope),
    });
  };
};
