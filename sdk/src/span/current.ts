import { INVALID_SPAN_CONTEXT, isSpanContextValid, type Span, trace, TraceFlags } from '@opentelemetry/api';
import { NAMES } from '../capture/index.js';
import { contentSettingOf } from './content-setting.js';
import { createHandle, type TracedSpan } from './handle.js';
import type { TracedType } from './options.js';
import { typeOfOperation } from './plan.js';

/** Spans of OpenTelemetry's SDK can be read; of others nothing is known. */
const typeOf = (span: Span): TracedType => {
  const { attributes } = span as { readonly attributes?: Readonly<Record<string, unknown>> };
  return typeOfOperation(attributes?.[NAMES.operation]) ?? 'span';
};

/** The active span, whoever made it; undefined: none is, or the SDK isn't started. */
export const getCurrentSpan = (): TracedSpan | undefined => {
  const span = trace.getActiveSpan();
  if (span === undefined) return undefined;
  return createHandle(span, { type: typeOf(span), captureContent: contentSettingOf(span) });
};

export interface CurrentTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the active span: 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
  /** As W3C Trace Context writes it. */
  readonly traceparent: string;
}

/** The trace that is going on, for logs, feedback and headers; undefined: none is. */
export const getCurrentTrace = (): CurrentTrace | undefined => {
  const { spanId, traceFlags, traceId } = trace.getActiveSpan()?.spanContext() ?? INVALID_SPAN_CONTEXT;
  if (!isSpanContextValid({ spanId, traceFlags, traceId })) return undefined;
  const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
  return { traceId, spanId, isSampled, traceparent: `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}` };
};
