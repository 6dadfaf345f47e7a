/**
 * Puts a method before an object's own: the object stays what it is, with its private fields, prototype and identity.
 * False: it lets nothing be put there.
 */
export const shadow = (
  target: object,
  key: PropertyKey,
  method: (this: unknown, ...args: never[]) => unknown,
): boolean => {
  try {
    Object.defineProperty(target, key, { value: method, configurable: true, writable: true, enumerable: false });
    return true;
  } catch {
    return false;
  }
};

type Method = (this: unknown, ...args: unknown[]) => unknown;

export const methodOf = (target: object, key: PropertyKey): Method | undefined => {
  const method = (target as Readonly<Record<PropertyKey, unknown>>)[key];
  return typeof method === 'function' ? (method as Method) : undefined;
};

export const isPromiseLike = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
