/** A platform's promise to keep a function's process until the work is done. */
export type WaitUntil = (work: Promise<unknown>) => void;

interface RequestContext {
  readonly waitUntil?: WaitUntil;
}

/** Where Vercel's runtimes, on Node and at the edge, leave the request at hand: what `@vercel/functions` reads. */
const VERCEL = Symbol.for('@vercel/request-context');

interface Globals {
  readonly [VERCEL]?: { readonly get?: () => RequestContext | undefined };
}

/** The request at hand's `waitUntil`, to be asked for at each use; undefined: this platform has none of its own. */
export const requestWaitUntil = (globals: object = globalThis): (() => WaitUntil | undefined) | undefined => {
  const { [VERCEL]: place } = globals as Globals;
  if (place?.get === undefined) return undefined;
  return () => {
    const request = place.get?.();
    return request?.waitUntil === undefined ? undefined : (work) => request.waitUntil?.(work);
  };
};
