import type { AttributeMap } from '../options/index.js';

interface Globals {
  readonly Deno?: { readonly version?: { readonly deno?: string } };
  readonly EdgeRuntime?: unknown;
  readonly WebSocketPair?: unknown;
  readonly navigator?: { readonly userAgent?: string };
  readonly document?: unknown;
}

const named = (name: string, version?: string): AttributeMap => ({
  'process.runtime.name': name,
  ...(version === undefined ? {} : { 'process.runtime.version': version }),
});

/** What can be told of a runtime without Node's modules; a browser tells its user agent. */
export const portableRuntimeAttributes = (globals: object = globalThis): AttributeMap => {
  const { Deno, EdgeRuntime, WebSocketPair, navigator, document } = globals as Globals;
  if (Deno !== undefined) return named('deno', Deno.version?.deno);
  if (EdgeRuntime !== undefined) return named('edge-runtime');
  if (WebSocketPair !== undefined) return named('workerd');
  const userAgent = navigator?.userAgent ?? '';
  return document !== undefined && userAgent !== '' ? { 'user_agent.original': userAgent } : {};
};
