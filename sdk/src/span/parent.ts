import { type Context, context, type Span, type SpanContext, trace } from '@opentelemetry/api';
import type { SpanOptions } from './options.js';

const isContext = (parent: object): parent is Context => 'getValue' in parent && 'setValue' in parent;
const isSpan = (parent: object): parent is Span => 'spanContext' in parent;

/** The active context with another parent in it: user, session and baggage stay. */
export const parentContextOf = (parent: SpanOptions['parent']): Context => {
  if (parent === undefined) return context.active();
  if (parent === null) return trace.deleteSpan(context.active());
  if (isContext(parent)) return parent;
  const active = context.active();
  return isSpan(parent)
    ? trace.setSpanContext(active, parent.spanContext())
    : trace.setSpanContext(active, parent satisfies SpanContext);
};
