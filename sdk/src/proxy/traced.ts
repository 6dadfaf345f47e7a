import { observe, type SpanOptions } from '../span/index.js';
import { modelCallAt, providerOfClient } from './client-methods.js';
import { createProxy } from './create-proxy.js';

/** Of all methods that are traced; what a method's path tells of its type and operation is kept. */
export type TracedOptions = Omit<SpanOptions, 'parent'>;

/**
 * A client whose methods are traced when they are called by this proxy: `traced(new OpenAI())`. With `paths`
 * (`['chat.completions.create', 'embeddings.create']`) those alone, else every method of the client and of what it
 * holds. Calls of a model's methods are known by their paths; the others are plain spans named by theirs. It is an
 * object like the client to `instanceof`, private fields and all who look at it; the client itself stays untouched.
 */
export const traced = <T extends object>(client: T, paths?: readonly string[], options: TracedOptions = {}): T => {
  const chosen = paths === undefined ? undefined : new Set(paths);
  const onTheWay = new Set(paths?.flatMap((path) => prefixesOf(path)));
  const provider = options.provider ?? providerOfClient(client);
  return createProxy(client, {
    isEntered: (path) => chosen === undefined || onTheWay.has(path),
    trace: (method, path) => {
      if (chosen?.has(path) === false) return undefined;
      const call = modelCallAt(path);
      if (call === undefined) return observe(method, { ...options, name: path });
      return observe(method, { ...call, ...options, ...(provider === undefined ? {} : { provider }) });
    },
  });
};

/** `a`, `a.b` of `a.b.c`. */
const prefixesOf = (path: string): string[] => {
  const names = path.split('.');
  return names.slice(0, -1).map((_, at) => names.slice(0, at + 1).join('.'));
};
