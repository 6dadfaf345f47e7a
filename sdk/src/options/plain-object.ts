export type PlainObject = Readonly<Record<string, unknown>>;

/** Made by `{}` or a parser, in this realm or another: what belongs to a class is not ours to copy. */
export const isPlainObject = (value: unknown): value is PlainObject => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** A copy of objects and lists all the way down; what belongs to a class, and functions, are shared. */
export const copied = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(copied);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copied(one)]));
};

/** Freezes what {@link copied} copies, but for what is in `shared`. */
export const frozen = <Value>(value: Value, shared: ReadonlySet<unknown> = new Set()): Value => {
  if (!shared.has(value) && (Array.isArray(value) || isPlainObject(value))) {
    for (const one of Object.values(value)) frozen(one, shared);
    Object.freeze(value);
  }
  return value;
};
