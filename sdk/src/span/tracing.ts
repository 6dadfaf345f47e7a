import { currentRuntime } from '../runtime/index.js';
import type { TracedType, TraceOptions } from './options.js';
import { createPlan } from './plan.js';
import { type AnyFunction, wrap } from './wrap.js';

/** A decorator of methods, of both kinds, and a wrapper of functions. */
export interface TraceDecorator {
  <F extends AnyFunction>(fn: F): F;
  /** As TC39's decorators are: of methods (static and private ones too), and of fields that hold a function. */
  <F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext): F;
  <F extends AnyFunction>(field: undefined, context: ClassFieldDecoratorContext<unknown, F>): (initial: F) => F;
  /** As TypeScript's older decorators are (`experimentalDecorators`). */
  <F extends AnyFunction>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
}

/**
 * One symbol for each way: `traceLlm(fn)`, `traceLlm(fn, options)`, `traceLlm(options)(fn)`, `@traceLlm` and
 * `@traceLlm(options)`, with TC39's decorators and with the older ones.
 */
export interface Tracing extends TraceDecorator {
  <F extends AnyFunction>(fn: F, options: TraceOptions<Parameters<F>, Awaited<ReturnType<F>>>): F;
  <A extends readonly unknown[] = readonly unknown[], R = unknown>(options?: TraceOptions<A, R>): TraceDecorator;
}

interface DecoratorContext {
  readonly kind: string;
  readonly name: string | symbol;
  readonly addInitializer: unknown;
}

const isDecoratorContext = (value: unknown): value is DecoratorContext => {
  if (typeof value !== 'object' || value === null) return false;
  const { addInitializer, kind } = value as Partial<DecoratorContext>;
  return typeof kind === 'string' && typeof addInitializer === 'function';
};

const nameOf = (key: string | symbol): string => (typeof key === 'string' ? key : (key.description ?? ''));

type Options = TraceOptions<never, never>;

const wrapNamed = (fn: unknown, options: Options, name: string): unknown =>
  typeof fn === 'function' ? wrap(fn as AnyFunction, createPlan(options, fn.name || name)) : fn;

const notTraced = (what: string): void => {
  currentRuntime()?.onError(new TypeError(`What is decorated is no function: ${what}`), 'decorator');
};

/** What stands for the element; undefined: it stays as it is. */
const decorate = (value: unknown, { kind, name }: DecoratorContext, options: Options): unknown => {
  if (kind === 'field') return (initial: unknown) => wrapNamed(initial, options, nameOf(name));
  if (kind === 'method' || kind === 'getter') return wrapNamed(value, options, nameOf(name));
  notTraced(kind);
  return undefined;
};

const decorateLegacy = (
  key: string | symbol,
  descriptor: PropertyDescriptor | undefined,
  options: Options,
): unknown => {
  if (typeof descriptor?.value !== 'function') {
    notTraced('property');
    return descriptor;
  }
  return { ...descriptor, value: wrapNamed(descriptor.value, options, nameOf(key)) };
};

const isDecorating = (args: readonly unknown[]): boolean =>
  isDecoratorContext(args[1]) || typeof args[1] === 'string' || typeof args[1] === 'symbol';

const apply = (args: readonly unknown[], options: Options): unknown => {
  const [first, second, third] = args;
  if (isDecoratorContext(second)) return decorate(first, second, options);
  if (typeof second === 'string' || typeof second === 'symbol')
    return decorateLegacy(second, third as PropertyDescriptor | undefined, options);
  return wrapNamed(first, options, '');
};

const createTracing = (type: TracedType): Tracing => {
  const tracing = (...args: readonly unknown[]): unknown => {
    const [first, second] = args;
    if (isDecorating(args)) return apply(args, { type });
    if (typeof first === 'function') return apply([first], { type, ...(second as Options | undefined) });
    const options: Options = { type, ...(first as Options | undefined) };
    return (...inner: readonly unknown[]) => apply(inner, options);
  };
  return tracing as Tracing;
};

/** Any function. */
export const trace = createTracing('span');
/** A call of a language model: request, tokens and answer of the usual providers are read from arguments and result. */
export const traceLlm = createTracing('llm');
/** A run of an agent, named by `name` or the function. */
export const traceAgent = createTracing('agent');
/** A tool at work. */
export const traceTool = createTracing('tool');
/** A search for documents. */
export const traceRetrieval = createTracing('retrieval');
/** A call that makes vectors; they are never captured, their length is. */
export const traceEmbedding = createTracing('embedding');
