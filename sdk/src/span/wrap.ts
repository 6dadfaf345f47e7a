import { currentRuntime } from '../runtime/index.js';
import { invoke } from './invoke.js';
import type { TraceOptions } from './options.js';
import { createPlan, type Plan } from './plan.js';

/** Any function at all. */
export type AnyFunction = (...args: never[]) => unknown;

type Called = (this: unknown, ...args: unknown[]) => unknown;

const OF_THE_WRAPPER: ReadonlySet<PropertyKey> = new Set(['arguments', 'caller', 'prototype']);

/** The wrapper looks as the function does: name, length, static properties, `prototype`, and what kind of function it is. */
const dressAs = (wrapper: Called, fn: AnyFunction): void => {
  for (const key of Reflect.ownKeys(fn)) {
    const property = Object.getOwnPropertyDescriptor(fn, key);
    if (property !== undefined && !OF_THE_WRAPPER.has(key)) Object.defineProperty(wrapper, key, property);
  }
  wrapper.prototype = (fn as { prototype?: unknown }).prototype;
  Object.setPrototypeOf(wrapper, Object.getPrototypeOf(fn) as object | null);
};

/** The function, in a span wherever the SDK is started; before and after, one look and the call. */
export const wrap = <F extends AnyFunction>(fn: F, plan: Plan): F => {
  const called = fn as unknown as Called;
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const constructed = new.target as Called | undefined;
    if (constructed !== undefined)
      return Reflect.construct(called, args, constructed === wrapper ? called : constructed) as unknown;
    const runtime = currentRuntime();
    return runtime === undefined ? Reflect.apply(called, this, args) : invoke(runtime, plan, called, this, args);
  };
  dressAs(wrapper, fn);
  return wrapper as unknown as F;
};

/**
 * The same function, in a span each time it is called: `this`, arguments, result, errors and whether it is
 * asynchronous stay what they are. The span of a stream or a generator stays open until that is consumed. Arguments
 * and result are captured where content is.
 */
export const observe = <F extends AnyFunction>(
  fn: F,
  options: TraceOptions<Parameters<F>, Awaited<ReturnType<F>>> = {},
): F => {
  // From JavaScript anything can come in: what is no function is nobody's to call.
  if (typeof (fn as unknown) !== 'function') {
    currentRuntime()?.onError(new TypeError(`What is to be observed is no function: ${typeof fn}`), 'observe');
    return fn;
  }
  return wrap(fn, createPlan(options as TraceOptions<never, never>, fn.name));
};
