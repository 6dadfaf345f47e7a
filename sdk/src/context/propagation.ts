import { type Context, context, propagation, ROOT_CONTEXT, type TextMapGetter } from '@opentelemetry/api';
import { currentRuntime } from '../runtime/index.js';

/** Headers as HTTP libraries have them: a record of one or several values, `Headers`, or a `Map`. */
export type Carrier = Readonly<Record<string, string | readonly string[] | undefined>> | HeaderMap;

/** What `Headers` and `Map` have in common. */
export interface HeaderMap {
  get(name: string): string | null | undefined;
  keys(): Iterable<string>;
}

/** A carrier that can be written to: a record, `Headers`, a `Map`, a request of Node's `http`. */
export type WritableCarrier =
  | Record<string, unknown>
  | { set(name: string, value: string): unknown }
  | { setHeader(name: string, value: string): unknown };

const isMap = (carrier: unknown): carrier is HeaderMap =>
  typeof (carrier as { get?: unknown }).get === 'function' &&
  typeof (carrier as { keys?: unknown }).keys === 'function';

const namesOf = (carrier: Carrier): string[] => (isMap(carrier) ? [...carrier.keys()] : Object.keys(carrier));

/** HTTP's header names have no case; those of a plain record may have any. */
const GETTER: TextMapGetter<Carrier> = {
  keys: namesOf,
  get: (carrier, name) => {
    if (isMap(carrier)) return carrier.get(name) ?? undefined;
    const exact = carrier[name];
    const found = exact ?? carrier[Object.keys(carrier).find((key) => key.toLowerCase() === name) ?? name];
    return typeof found === 'string' || found === undefined ? found : [...found];
  },
};

const setIn = (carrier: WritableCarrier, name: string, value: string): void => {
  const { set, setHeader } = carrier as { set?: unknown; setHeader?: unknown };
  if (typeof set === 'function') set.call(carrier, name, value);
  else if (typeof setHeader === 'function') setHeader.call(carrier, name, value);
  else (carrier as Record<string, unknown>)[name] = value;
};

const guarded = <T>(run: () => T, otherwise: T): T => {
  try {
    return run();
  } catch (error) {
    currentRuntime()?.onError(error, 'propagation');
    return otherwise;
  }
};

interface Inject {
  (): Record<string, string>;
  <C extends WritableCarrier>(carrier: C, of?: Context): C;
}

/**
 * Writes `traceparent`, `tracestate` and `baggage` of the active context (or `of`) for another service, by the
 * application's propagators. Gives the carrier back; without one a new record. Nothing is written before `init`.
 */
export const inject: Inject = (carrier: WritableCarrier = {}, of?: Context): never => {
  guarded(() => {
    propagation.inject(of ?? context.active(), carrier, { set: setIn });
  }, undefined);
  // What comes in is what goes out: the overloads say so.
  return carrier as never;
};

/** The context that another service has sent along; what is no context changes nothing. On top of `base`, by default none. */
export const extract = (carrier: Carrier, base: Context = ROOT_CONTEXT): Context =>
  guarded(() => propagation.extract(base, carrier, GETTER), base);

/** Runs the function as a part of the caller's trace: `withRemoteParent(request.headers, () => …)`. */
export const withRemoteParent = <T>(carrier: Carrier, run: () => T): T => {
  if (currentRuntime() === undefined) return run();
  return context.with(extract(carrier, context.active()), run);
};
