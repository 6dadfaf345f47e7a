import { addOpen, methodOf, type OpenStream, removeOpen, shadow } from '../stream/index.js';

/** What an application does with the result instead of awaiting it, in SDKs of model providers. */
const OTHER_WAYS = ['parse', 'withResponse', 'asResponse'] as const;

export interface Settled {
  /** Gives back what stands for the value: a stream that is watched. */
  readonly fulfilled: (value: unknown) => unknown;
  readonly rejected: (error: unknown) => void;
  /** It was let go unsettled. */
  readonly left: () => void;
}

type Handler = ((value: unknown) => unknown) | null | undefined;

const createOnce = (settled: Settled) => {
  let outcome: { readonly value: unknown } | undefined;
  let isOver = false;
  const finish = (run: () => void): void => {
    if (isOver) return;
    isOver = true;
    removeOpen(open);
    run();
  };
  const open: OpenStream = {
    end: () => {
      finish(settled.left);
    },
    isIdleAt: () => false,
  };
  return {
    open,
    fulfilled: (value: unknown): unknown => {
      finish(() => {
        outcome = { value: settled.fulfilled(value) };
      });
      return outcome === undefined ? value : outcome.value;
    },
    rejected: (error: unknown): void => {
      finish(() => {
        settled.rejected(error);
      });
    },
    /** Settled by other means than its value. */
    done: (): void => {
      finish(settled.left);
    },
  };
};

/** Nobody has asked for the result of a promise that failed: as the platform would, had the span not asked. */
const tellUnhandled = (error: unknown, isHeard: () => boolean): void => {
  setTimeout(() => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it goes on as it came
    if (!isHeard()) void Promise.reject(error);
  }, 0);
};

const watchOtherWays = (thenable: object, once: ReturnType<typeof createOnce>): void => {
  for (const key of OTHER_WAYS) {
    const method = methodOf(thenable, key);
    if (method === undefined) continue;
    shadow(thenable, key, (...args: unknown[]) => {
      const result = method.apply(thenable, args);
      if (!(result instanceof Promise)) return result;
      const isValue = key === 'parse';
      return result.then(
        (value: unknown) => {
          if (isValue) return once.fulfilled(value);
          once.done();
          return value;
        },
        (error: unknown) => {
          once.rejected(error);
          throw error;
        },
      );
    });
  }
};

/**
 * Watches a promise that is more than one (OpenAI's APIPromise, Prisma's) and stays the object it is. One that does
 * its work only when it is asked, by a `then` of its own, isn't asked by us.
 */
export const watchThenable = <T extends object>(thenable: T, settled: Settled): T => {
  const then = methodOf(thenable, 'then');
  if (then === undefined) return thenable;
  const once = createOnce(settled);
  let isHeard = false;
  const shadowed = shadow(thenable, 'then', (onFulfilled?: Handler, onRejected?: Handler) => {
    isHeard = true;
    return then.call(
      thenable,
      (value: unknown) => {
        const given = once.fulfilled(value);
        return typeof onFulfilled === 'function' ? onFulfilled(given) : given;
      },
      (error: unknown) => {
        once.rejected(error);
        if (typeof onRejected === 'function') return onRejected(error);
        throw error;
      },
    );
  });
  if (then === Promise.prototype.then) {
    then.call(thenable, once.fulfilled, (error: unknown) => {
      once.rejected(error);
      if (shadowed) tellUnhandled(error, () => isHeard);
    });
    return thenable;
  }
  if (!shadowed) {
    once.done();
    return thenable;
  }
  watchOtherWays(thenable, once);
  addOpen(once.open, thenable);
  return thenable;
};

/** A promise and nothing else: another one may stand for it. */
export const isPlainPromise = (value: unknown): value is Promise<unknown> =>
  value instanceof Promise && value.constructor === Promise && Object.getPrototypeOf(value) === Promise.prototype;
