import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

/**
 * Context of synchronous code, as browsers allow it: it ends when the function returns, at an `await` too. What begins
 * after one needs its parent told.
 */
export const stackContext = (): ContextManager => {
  let current: Context = ROOT_CONTEXT;
  const within = <T>(context: Context, run: () => T): T => {
    const outer = current;
    current = context;
    try {
      return run();
    } finally {
      current = outer;
    }
  };
  const manager: ContextManager = {
    active: () => current,
    with: (context, run, thisArg, ...args) => within(context, () => run.apply(thisArg as never, args)),
    bind: <T>(context: Context, target: T): T =>
      typeof target === 'function'
        ? (function (this: unknown, ...args: unknown[]): unknown {
            return within(context, () => (target as (...all: unknown[]) => unknown).apply(this, args));
          } as T)
        : target,
    enable: () => manager,
    disable: () => {
      current = ROOT_CONTEXT;
      return manager;
    },
  };
  return manager;
};
