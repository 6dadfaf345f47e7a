import { noteProxy, unwrap } from './unwrap.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** How the members of an object and of what it holds are seen. `path` leads from the outermost object. */
export interface ProxyRules {
  /** The method, traced; undefined: it is called as it is. */
  trace(method: Method, path: string): Method | undefined;
  /** Whether an object at this path is seen through a proxy of its own. */
  isEntered(path: string): boolean;
}

/** Of the language rather than of the object: never traced. */
const OF_THE_LANGUAGE: ReadonlySet<PropertyKey> = new Set([
  'constructor',
  'toString',
  'toLocaleString',
  'valueOf',
  'toJSON',
  'inspect',
  'then',
  'catch',
  'finally',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
]);

const isEnterable = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.prototype.toString.call(value) === '[object Object]' &&
  typeof (value as { then?: unknown }).then !== 'function';

/** A proxy must give what can't be changed as it is. */
const isFixed = (target: object, key: PropertyKey): boolean => {
  const property = Object.getOwnPropertyDescriptor(target, key);
  return property?.configurable === false && property.writable !== true && property.get === undefined;
};

const isClass = (fn: Method): boolean => /^class\b/.test(Function.prototype.toString.call(fn));

/**
 * The methods run on the object itself, where its private fields are, and where what they call of it in turn isn't
 * seen. One that gives back the object gives back its proxy.
 */
const onTarget = (method: Method, proxyOf: (value: object) => object): Method =>
  function (this: unknown, ...args: unknown[]): unknown {
    const self = unwrap(this);
    const result = Reflect.apply(method, self, args);
    return result === self && typeof result === 'object' && result !== null ? proxyOf(result) : result;
  };

const dress = (wrapper: Method, method: Method): Method => {
  Object.defineProperty(wrapper, 'name', { value: method.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: method.length, configurable: true });
  return wrapper;
};

/** An object seen through rules. The same object, by whatever path, is the same proxy; so are its methods. */
export const createProxy = <T extends object>(root: T, rules: ProxyRules): T => {
  const proxies = new WeakMap<object, object>();

  const enter = (target: object, path: string): object => {
    const known = proxies.get(target);
    if (known !== undefined) return known;
    const methods = new Map<PropertyKey, { readonly of: Method; readonly seen: Method }>();

    const seenMethod = (key: PropertyKey, method: Method): Method => {
      const before = methods.get(key);
      if (before?.of === method) return before.seen;
      const onSelf = dress(
        onTarget(method, (value) => proxies.get(value) ?? value),
        method,
      );
      const isOurs = typeof key === 'string' && !OF_THE_LANGUAGE.has(key);
      const traced = isOurs ? rules.trace(onSelf, path === '' ? key : `${path}.${key}`) : undefined;
      const seen = traced ?? onSelf;
      methods.set(key, { of: method, seen });
      return seen;
    };

    const proxy = new Proxy(target, {
      get: (_, key): unknown => {
        // A getter may read private fields, which are the object's.
        const value: unknown = Reflect.get(target, key, target);
        if (isFixed(target, key)) return value;
        if (typeof value === 'function')
          return key === 'constructor' || isClass(value as Method) ? value : seenMethod(key, value as Method);
        if (typeof key === 'symbol' || !isEnterable(value)) return value;
        const at = path === '' ? key : `${path}.${key}`;
        return rules.isEntered(at) ? enter(value, at) : value;
      },
      set: (_, key, value) => Reflect.set(target, key, unwrap(value), target),
    });
    proxies.set(target, proxy);
    noteProxy(proxy, target);
    return proxy;
  };

  return enter(root, '') as T;
};
