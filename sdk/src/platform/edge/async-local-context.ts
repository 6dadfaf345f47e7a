import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

/** Of `node:async_hooks`, as far as it is used here. */
interface Storage {
  getStore(): Context | undefined;
  run<T>(context: Context, run: () => T): T;
}
type StorageClass = new () => Storage;

interface Globals {
  readonly AsyncLocalStorage?: StorageClass;
  readonly process?: {
    readonly getBuiltinModule?: (name: string) => { readonly AsyncLocalStorage?: StorageClass } | undefined;
  };
}

/**
 * The runtime's AsyncLocalStorage without an import, which bundlers for browsers would trip over: edge runtimes have
 * it as a global, workerd gives Node's modules on demand. Undefined where there is none.
 */
const storageClassOf = (globals: object): StorageClass | undefined => {
  const { AsyncLocalStorage, process } = globals as Globals;
  return AsyncLocalStorage ?? process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage;
};

/** Context that goes along with promises and timers; undefined where the runtime can't follow them. */
export const asyncLocalContext = (globals: object = globalThis): ContextManager | undefined => {
  const AsyncLocalStorage = storageClassOf(globals);
  if (AsyncLocalStorage === undefined) return undefined;
  const storage = new AsyncLocalStorage();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (context, run, thisArg, ...args) => storage.run(context, () => run.apply(thisArg as never, args)),
    bind: <T>(context: Context, target: T): T =>
      typeof target === 'function'
        ? (function (this: unknown, ...args: unknown[]): unknown {
            return storage.run(context, () => (target as (...all: unknown[]) => unknown).apply(this, args));
          } as T)
        : target,
    enable: () => manager,
    // Where nothing is made global, nobody enters the storage.
    disable: () => manager,
  };
  return manager;
};
