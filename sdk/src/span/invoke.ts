import { type Context, context, type Span, trace } from '@opentelemetry/api';
import { isPromiseLike, watchStream } from '../stream/index.js';
import type { Runtime } from '../runtime/index.js';
import { noteContentSetting } from './content-setting.js';
import { parentContextOf } from './parent.js';
import { nameOfCall, type Plan } from './plan.js';
import { recordErrorOn } from './record-error.js';
import { recordInput, recordOutput } from './record.js';
import { type StreamCall, streamOptionsOf } from './stream-span.js';
import { isPlainPromise, watchThenable } from './thenable.js';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** The application may have ended it from inside; a span processor of others may throw. */
const end = (span: Span, runtime: Runtime): void => {
  try {
    if (span.isRecording()) span.end();
  } catch (fault) {
    runtime.onError(fault, 'endSpan');
  }
};

/** Ends the span of a call that has failed; what is thrown goes on as it is. */
const fail = (span: Span, runtime: Runtime, error: unknown): void => {
  try {
    recordErrorOn(span, error);
  } catch (fault) {
    runtime.onError(fault, 'recordError');
  }
  end(span, runtime);
};

const watched = (value: object, call: StreamCall): object | undefined => {
  try {
    return watchStream(value, () => streamOptionsOf(call));
  } catch (error) {
    // Things that throw at being looked at are given on as they are.
    call.runtime.onError(error, 'watchStream');
    return undefined;
  }
};

/** Ends the span of a call that has given its result, or leaves it open for a stream; gives back what stands for it. */
const succeed = (
  value: unknown,
  span: Span,
  plan: Plan,
  runtime: Runtime,
  inside: Context,
  startMillis: number,
): unknown => {
  if (typeof value === 'object' && value !== null) {
    const stream = watched(value, { span, plan, runtime, inside, startMillis });
    if (stream !== undefined) return stream;
  }
  recordOutput(span, plan, runtime, value);
  end(span, runtime);
  return value;
};

const settleLater = async (
  promise: Promise<unknown>,
  span: Span,
  plan: Plan,
  runtime: Runtime,
  inside: Context,
  startMillis: number,
): Promise<unknown> => {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    fail(span, runtime, error);
    throw error;
  }
  return succeed(value, span, plan, runtime, inside, startMillis);
};

type Kind = 'value' | 'promise' | 'thenable';

/** A proxy of the application may throw at being asked: then it is a value. */
const kindOf = (result: unknown): Kind => {
  if (typeof result !== 'object' || result === null) return 'value';
  try {
    if (isPlainPromise(result)) return 'promise';
    return isPromiseLike(result) ? 'thenable' : 'value';
  } catch {
    return 'value';
  }
};

const settle = (
  result: unknown,
  span: Span,
  plan: Plan,
  runtime: Runtime,
  inside: Context,
  startMillis: number,
): unknown => {
  switch (kindOf(result)) {
    case 'value':
      return succeed(result, span, plan, runtime, inside, startMillis);
    case 'promise':
      return settleLater(result as Promise<unknown>, span, plan, runtime, inside, startMillis);
    case 'thenable':
      return watchThenable(result as PromiseLike<unknown>, {
        fulfilled: (value) => succeed(value, span, plan, runtime, inside, startMillis),
        rejected: (error) => {
          fail(span, runtime, error);
        },
        left: () => {
          end(span, runtime);
        },
      });
  }
};

/** Calls the function in a span. Of ours nothing reaches the application: it gets what the function gives and throws. */
export const invoke = (runtime: Runtime, plan: Plan, fn: AnyFunction, self: unknown, args: unknown[]): unknown => {
  let span: Span;
  let inside: Context;
  try {
    const outside = plan.parent === undefined ? context.active() : parentContextOf(plan.parent);
    span = runtime.tracer.startSpan(nameOfCall(plan, args), plan.start, outside);
    inside = trace.setSpan(outside, span);
  } catch (error) {
    runtime.onError(error, 'startSpan');
    return Reflect.apply(fn, self, args);
  }
  return run(runtime, plan, span, inside, fn, self, args);
};

/** As `invoke`, in a span that has begun. */
export const run = (
  runtime: Runtime,
  plan: Plan,
  span: Span,
  inside: Context,
  fn: AnyFunction,
  self: unknown,
  args: unknown[],
): unknown => {
  if (!span.isRecording()) return context.with(inside, Reflect.apply, undefined, fn, self, args);
  const startMillis = performance.now();
  if (plan.captureContent !== undefined) noteContentSetting(span, plan.captureContent);
  recordInput(span, plan, runtime, args);
  let result: unknown;
  try {
    result = context.with(inside, Reflect.apply, undefined, fn, self, args);
  } catch (error) {
    fail(span, runtime, error);
    throw error;
  }
  return settle(result, span, plan, runtime, inside, startMillis);
};
