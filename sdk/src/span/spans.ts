import { type Context, INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { currentRuntime, type Runtime } from '../runtime/index.js';
import { noteContentSetting } from './content-setting.js';
import { createHandle, type TracedSpan } from './handle.js';
import { run } from './invoke.js';
import type { SpanOptions, StartSpanOptions } from './options.js';
import { parentContextOf } from './parent.js';
import { createPlan, type Plan } from './plan.js';

/** Stands for every span before `init`. */
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

const handleOf = (span: Span, { captureContent, type }: Plan): TracedSpan =>
  createHandle(span, { type, captureContent });

interface Begun {
  readonly span: Span;
  readonly plan: Plan;
  readonly outside: Context;
}

/** Undefined: it couldn't begin, and `onError` knows why. */
const begin = (runtime: Runtime, name: string, { startTime, ...options }: StartSpanOptions): Begun | undefined => {
  try {
    const plan = createPlan({ ...options, name }, name);
    const outside = parentContextOf(options.parent);
    const start = startTime === undefined ? plan.start : { ...plan.start, startTime };
    const span = runtime.tracer.startSpan(plan.name, start, outside);
    if (plan.captureContent !== undefined) noteContentSetting(span, plan.captureContent);
    return { span, plan, outside };
  } catch (error) {
    runtime.onError(error, 'startSpan');
    return undefined;
  }
};

/**
 * Begins a span that the application ends: `using s = startSpan('step')`, or `s.end()`. It isn't made active, which
 * OpenTelemetry's API can do for a function only and which would leak out of asynchronous ones: what is traced inside
 * `s.run(() => …)`, or begun with `{parent: s}`, is its child. `using` ends the span without knowing of an error that
 * is on its way: `span()` records it, as does `s.recordError(error)`.
 */
export const startSpan = (name: string, options: StartSpanOptions = {}): TracedSpan => {
  const runtime = currentRuntime();
  const begun = runtime === undefined ? undefined : begin(runtime, name, options);
  return begun === undefined
    ? createHandle(NO_SPAN, { type: 'span', captureContent: false })
    : handleOf(begun.span, begun.plan);
};

type Body<T> = (span: TracedSpan) => T;

const within = <T>(name: string, options: SpanOptions, body: Body<T>): T => {
  const runtime = currentRuntime();
  const begun = runtime === undefined ? undefined : begin(runtime, name, options);
  if (runtime === undefined || begun === undefined)
    return body(createHandle(NO_SPAN, { type: 'span', captureContent: false }));
  const { outside, plan, span } = begun;
  const called = () => body(handleOf(span, plan));
  return run(runtime, plan, span, trace.setSpan(outside, span), called, undefined, []) as T;
};

interface SpanFunction {
  <T>(name: string, body: (span: TracedSpan) => T): T;
  <T>(name: string, options: SpanOptions, body: (span: TracedSpan) => T): T;
}

/**
 * Runs the function in a span that is active inside, and gives back what it gives: a value, a promise, or a stream, for
 * whose end the span waits. An error is recorded and goes on. What is given back is captured as output where content
 * is, unless `setOutput` has said it.
 */
export const span: SpanFunction = <T>(name: string, first: SpanOptions | Body<T>, second?: Body<T>): T =>
  typeof first === 'function' ? within(name, {}, first) : within(name, first, second as Body<T>);

/** `span`, for a step that is no call of a model: a search in a database, a check, a computation. */
export const traceOperation: SpanFunction = <T>(name: string, first: SpanOptions | Body<T>, second?: Body<T>): T =>
  typeof first === 'function' ? within(name, {}, first) : within(name, first, second as Body<T>);
