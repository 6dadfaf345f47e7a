const targets = new WeakMap<object, object>();

export const noteProxy = (proxy: object, target: object): void => {
  targets.set(proxy, target);
};

/** What a proxy of ours stands for; anything else is itself. */
export const unwrap = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (targets.get(value) ?? value) : value;
