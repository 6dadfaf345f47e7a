import { isPromiseLike, methodOf, shadow } from './shadow.js';
import type { Tap } from './tap.js';

/** An iterator keeps what it reads from alive: as long as one is read the other isn't abandoned. */
const owners = new WeakMap<object, object>();

type Step = (run: () => unknown) => unknown;

const createStep = (tap: Tap, isAborted: () => boolean): Step => {
  let at = 0;
  const take = (result: unknown): void => {
    if (typeof result !== 'object' || result === null) return;
    const { done, value } = result as { readonly done?: boolean; readonly value?: unknown };
    if (done !== true) tap.chunk(at++, value);
    else if (isAborted()) tap.end('abort');
    else tap.end('end', value);
  };
  const fail = (error: unknown): never => {
    tap.failed(error);
    throw error;
  };
  return (run) => {
    let result: unknown;
    try {
      result = tap.pull(run);
    } catch (error) {
      return fail(error);
    }
    if (!isPromiseLike(result)) {
      take(result);
      return result;
    }
    tap.waiting(1);
    return result.then(
      (settled) => {
        tap.waiting(-1);
        take(settled);
        return settled;
      },
      (error: unknown) => {
        tap.waiting(-1);
        return fail(error);
      },
    );
  };
};

const NEVER = (): boolean => false;

/** Watches what is read from an iterator, synchronous or not, in place. */
export const watchIterator = (
  iterator: object,
  tap: Tap,
  { isAborted = NEVER, isAsync, owner }: { isAborted?: () => boolean; isAsync: boolean; owner?: object },
): void => {
  if (owner !== undefined && owner !== iterator) owners.set(iterator, owner);
  const step = createStep(tap, isAborted);
  const next = methodOf(iterator, 'next');
  const stop = methodOf(iterator, 'return');
  const raise = methodOf(iterator, 'throw');
  shadow(iterator, 'next', (...args: unknown[]) => step(() => next?.apply(iterator, args)));
  if (raise !== undefined) shadow(iterator, 'throw', (...args: unknown[]) => step(() => raise.apply(iterator, args)));
  // Without one of its own an iterator doesn't hear of a `break`: this one is only there to hear it.
  const stopped = (value: unknown): unknown => {
    const result = { done: true, value };
    return isAsync ? Promise.resolve(result) : result;
  };
  shadow(iterator, 'return', (...args: unknown[]) => {
    if (stop === undefined) {
      tap.left();
      return stopped(args[0]);
    }
    const result = tap.pull(() => stop.apply(iterator, args));
    // The body may fail, or yield once more, as it cleans up.
    return isPromiseLike(result) ? leaveWith(result, step, tap) : leaveAt(result, step, tap);
  });
};

const leaveAt = (result: unknown, step: Step, tap: Tap): unknown => {
  if ((result as Partial<IteratorResult<unknown>> | undefined)?.done === false) return step(() => result);
  tap.left();
  return result;
};

const leaveWith = async (result: PromiseLike<unknown>, step: Step, tap: Tap): Promise<unknown> => {
  try {
    return leaveAt(await result, step, tap);
  } catch (error) {
    tap.failed(error);
    throw error;
  }
};

const abortedOf = (stream: object) => (): boolean => {
  const { controller } = stream as { readonly controller?: { readonly signal?: { readonly aborted?: boolean } } };
  return controller?.signal?.aborted === true;
};

/** Watches every iteration of what can be iterated over, and of what it is split into. */
export const watchIterable = (iterable: object, tap: Tap): void => {
  const isAborted = abortedOf(iterable);
  const iterate = methodOf(iterable, Symbol.asyncIterator);
  const tee = methodOf(iterable, 'tee');
  let iterations = 0;
  shadow(iterable, Symbol.asyncIterator, (...args: unknown[]) => {
    const iterator = iterate?.apply(iterable, args);
    if (typeof iterator !== 'object' || iterator === null) return iterator;
    if (iterations++ > 0) tap.branch();
    watchIterator(iterator, tap, { isAborted, isAsync: true, owner: iterable });
    return iterator;
  });
  if (tee === undefined) return;
  shadow(iterable, 'tee', (...args: unknown[]) => {
    const branches = tee.apply(iterable, args);
    if (!Array.isArray(branches)) return branches;
    for (const [at, branch] of (branches as readonly object[]).entries()) {
      if (at > 0) tap.branch();
      watchIterable(branch, tap);
      owners.set(branch, iterable);
    }
    return branches as unknown;
  });
};
